using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Encrypted messages as they come: nobody without the session key makes one that opens to anything but what was
/// sealed.</summary>
internal sealed class MessageTarget : Target
{
    private static readonly int[] s_pieces = [1, 7, 61, 4096, int.MaxValue, int.MaxValue];

    private readonly OpenOptions _options;
    private readonly HashSet<string> _sealed = [];

    public MessageTarget(SeedFiles seeds) : base("message", 30, seeds.Messages)
    {
        _options = new OpenOptions
        {
            Keys = seeds.Keys,
            Passphrases = [SeedFiles.Passphrase.ToArray()],
            Verifiers = seeds.Verifiers,
            Now = SeedFiles.Now,
            Limits = Limits,
        };
        foreach (var seed in seeds.Messages)
        {
            try
            {
                _sealed.Add(Opening.Run(new PiecewiseStream(seed, int.MaxValue), _options).Digest);
            }
            catch (PgpException)
            {
                // Not to a key at hand, or refused: a seed all the same.
            }
        }

        if (_sealed.Count == 0) throw new InvalidOperationException("no seed opens");
    }

    public override string Execute(byte[] input)
    {
        var hash = input.Length == 0 ? 0 : input[^1] + input.Length;
        if (hash % 32 == 0) Cancelled(input, hash);
        var piece = s_pieces[hash % s_pieces.Length];
        Opening? opening = null;
        PgpException? failure = null;
        try
        {
            opening = Opening.Run(new PiecewiseStream(input, piece), _options);
        }
        catch (PgpException e)
        {
            failure = e;
        }

        if (hash % 8 == 0) SameInOtherPieces(input, piece == 7 ? 1000 : 7, failure);
        if (failure is not null) throw failure;
        if (!_sealed.Contains(opening!.Digest)) throw new Violation("a message opened to what nobody sealed");
        return $"opened {opening.Statuses}";
    }

    private void SameInOtherPieces(byte[] input, int piece, PgpException? expected)
    {
        PgpException? failure = null;
        try
        {
            Opening.Run(new PiecewiseStream(input, piece), _options);
        }
        catch (PgpException e)
        {
            failure = e;
        }

        // Of armor more or less is at hand when what is inside is looked at: which of two errors comes first may differ.
        var same = input is [< 0x80, ..] ? failure is null == expected is null : failure?.Error == expected?.Error;
        if (!same) throw new Violation($"in other pieces: {failure?.Error}, not {expected?.Error}");
    }

    private void Cancelled(byte[] input, int hash)
    {
        using var cancelled = new CancellationTokenSource();
        try
        {
            Opening.Run(new PiecewiseStream(input, 1 + (hash % 50), cancelled, hash % Math.Max(1, input.Length)), _options, cancelled.Token);
        }
        catch (Exception e) when (e is PgpException or OperationCanceledException)
        {
            // Refused before, or given up as asked.
        }
    }
}
