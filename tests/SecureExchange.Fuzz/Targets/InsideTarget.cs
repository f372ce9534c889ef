using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Packets inside encrypted data, by somebody who has the session key: whatever is wrong with them is one and the same
/// error, said after the message's last octet, and nobody's signature is good for what he didn't sign.</summary>
internal sealed class InsideTarget : Target
{
    private readonly Container _container;
    private readonly OpenOptions _options;
    private readonly HashSet<string> _signed = [];

    public InsideTarget(string name, int weight, SeedFiles seeds, Container container) : base(name, weight, seeds.Signed.Append(Container.Literal))
    {
        _container = container;
        _options = new OpenOptions { Keys = [seeds.Reader], Verifiers = seeds.Verifiers, Now = SeedFiles.Now, Limits = Limits };
        foreach (var seed in Corpus)
        {
            try
            {
                _signed.UnionWith(Open(seed, out _).Signed);
            }
            catch (PgpException)
            {
                // Of a kind that isn't read: a seed all the same.
            }
        }

        if (_signed.Count == 0) throw new InvalidOperationException("no seed has a good signature");
    }

    public override string Execute(byte[] input)
    {
        PiecewiseStream? message = null;
        try
        {
            var opening = Open(input, out message);
            if (opening.Signed.Any(signed => !_signed.Contains(signed))) throw new Violation("a good signature for what its maker didn't sign");
            return $"opened {opening.Statuses}";
        }
        catch (PgpException e)
        {
            if (e is not { Error: PgpError.DecryptionFailed, Offset: null, InnerException: null })
                throw new Violation($"an error from inside that tells more: {e.Error} at {e.Offset}", e);
            if (message?.IsAtEnd != true) throw new Violation("an error from inside before the message's end", e);
            throw;
        }
    }

    private Opening Open(byte[] packets, out PiecewiseStream message)
    {
        message = new PiecewiseStream(_container.Encrypt(packets), packets.Length % 3 == 0 ? 61 : int.MaxValue);
        return Opening.Run(message, _options);
    }
}
