using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Fuzz.Targets;

/// <summary>Signatures that stand apart from their data: good only for those data, and only by who made one.</summary>
internal sealed class DetachedTarget : Target
{
    private readonly VerifyOptions _options;
    private readonly byte[] _data;
    private readonly byte[] _altered;
    private readonly HashSet<string> _signers = [];

    public DetachedTarget(SeedFiles seeds) : base("detached", 6, seeds.Signatures)
    {
        _options = new VerifyOptions { Verifiers = seeds.Verifiers, Now = SeedFiles.Now, Limits = Limits };
        _data = seeds.SignedData;
        _altered = [.. _data];
        _altered[^10] ^= 1;
        foreach (var seed in Corpus)
        {
            try
            {
                _signers.UnionWith(Good(Verify(seed, _data)));
            }
            catch (PgpException)
            {
                // Of a kind that isn't read: a seed all the same.
            }
        }

        if (_signers.Count == 0) throw new InvalidOperationException("no seed has a good signature");
    }

    public override string Execute(byte[] input)
    {
        var isAltered = input.Length % 2 == 0;
        var verdict = Verify(input, isAltered ? _altered : _data);
        if (Good(verdict).Any(signer => isAltered || !_signers.Contains(signer))) throw new Violation("a good signature for what its maker didn't sign");
        return string.Join(' ', verdict.Signatures.Select(signature => signature.Status));
    }

    private static IEnumerable<string> Good(SignatureVerdict verdict) =>
        verdict.Signatures.Where(signature => signature.Status == SignatureStatus.Good).Select(signature => $"{signature.Signer}");

    private SignatureVerdict Verify(byte[] signatures, byte[] data)
    {
        var verifying = PgpSignature.VerifyDetachedAsync(new PiecewiseStream(data, 1000), signatures, _options, CancellationToken.None);
        return verifying.IsCompleted ? verifying.GetAwaiter().GetResult() : throw new Violation("something was waited for that never comes");
    }
}
