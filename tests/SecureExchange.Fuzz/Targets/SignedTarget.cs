using System.Security.Cryptography;
using System.Text;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Signed messages and texts that are signed in the clear: nobody's signature is good for what he didn't sign.</summary>
internal sealed class SignedTarget : Target
{
    private readonly VerifyOptions _options;
    private readonly HashSet<string> _signed = [];

    public SignedTarget(SeedFiles seeds) : base("signed", 15, seeds.Signed.Concat(seeds.Cleartexts).Concat(seeds.Cleartexts))
    {
        _options = new VerifyOptions { Verifiers = seeds.Verifiers, Now = SeedFiles.Now, Limits = Limits };
        foreach (var seed in Corpus)
        {
            try
            {
                _signed.UnionWith(Good(Open(seed, out var data), data));
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
        var verdict = Open(input, out var data);
        if (Good(verdict, data).Any(signed => !_signed.Contains(signed))) throw new Violation("a good signature for what its maker didn't sign");
        return $"{verdict.Form} {string.Join(' ', verdict.Signatures.Select(signature => signature.Status))}";
    }

    private static IEnumerable<string> Good(SignatureVerdict verdict, byte[] data)
    {
        // Text is signed with other line ends than it comes with, and in the clear without white space at its lines' ends.
        var lines = Encoding.Latin1.GetString(data).TrimEnd().Split('\n').Select(line => line.TrimEnd(' ', '\t', '\r'));
        var digest = Convert.ToHexString(SHA256.HashData(Encoding.Latin1.GetBytes(string.Join('\n', lines))));
        return verdict.Signatures.Where(signature => signature.Status == SignatureStatus.Good).Select(signature => $"{signature.Signer} {digest}");
    }

    private SignatureVerdict Open(byte[] input, out byte[] data)
    {
        using var output = new MemoryStream();
        var opening = OpenAsync(new PiecewiseStream(input, input.Length % 3 == 0 ? 61 : int.MaxValue), output);
        var verdict = opening.IsCompleted ? opening.GetAwaiter().GetResult() : throw new Violation("something was waited for that never comes");
        data = output.ToArray();
        return verdict;
    }

    private async Task<SignatureVerdict> OpenAsync(PiecewiseStream input, MemoryStream output)
    {
        await using var message = await PgpSignature.OpenAsync(input, _options, CancellationToken.None);
        var buffer = new byte[4096];
        int read;
        while ((read = await message.Plaintext.ReadAsync(buffer, CancellationToken.None)) > 0) output.Write(buffer, 0, read);
        return await message.VerifyAsync(CancellationToken.None);
    }
}
