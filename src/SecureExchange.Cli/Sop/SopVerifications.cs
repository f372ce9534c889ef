using System.Text;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary>The draft's VERIFICATIONS: one line for each good signature; when, by which key, of which certificate.</summary>
internal static class SopVerifications
{
    internal static byte[] Text(IEnumerable<SignatureResult> signatures, Window window)
    {
        var text = new StringBuilder();
        foreach (var signature in signatures.Where(window.Holds))
            text.Append($"{SopDate.Text(signature.CreatedAt!.Value)} {signature.Subkey} {signature.Signer} mode:{(signature.Extent!.IsText ? "text" : "binary")}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <exception cref="SopException">None is good: it says of each why not.</exception>
    internal static byte[] RequireAny(IReadOnlyList<SignatureResult> signatures, Window window)
    {
        if (signatures.Any(window.Holds)) return Text(signatures, window);
        var why = signatures.Count == 0 ? "there is none" : string.Join(", ", signatures.Select(Reason).Distinct());
        throw new SopException(SopExit.NoSignature, $"no good signature: {why}");

        string Reason(SignatureResult signature) => signature.Status switch
        {
            SignatureStatus.Good => "outside the dates that were asked for",
            SignatureStatus.UnknownSigner => "by somebody whose certificate isn't here",
            SignatureStatus.Bad => "altered data or an altered signature",
            SignatureStatus.Expired => "the signature has expired",
            SignatureStatus.NotYetValid => "made in the future, or before its key",
            SignatureStatus.KeyExpired or SignatureStatus.KeyExpiredSince => "the signer's key has expired",
            SignatureStatus.KeyRevoked => "the signer's key is revoked",
            SignatureStatus.KeyMayNotSign => "the signer's key isn't one for signing",
            SignatureStatus.AlgorithmRefused => "a weak hash, algorithm or key",
            SignatureStatus.ForOthers => "its signer meant it for others",
            _ => "of a kind that isn't supported",
        };
    }

    /// <summary>When a signature must have been made to count.</summary>
    internal readonly record struct Window(DateTimeOffset NotBefore, DateTimeOffset NotAfter)
    {
        internal static Window Read(SopCall call, SopOption notBefore, SopOption notAfter) => new(
            SopDate.Read(call, notBefore, DateTimeOffset.MinValue, DateTimeOffset.MinValue),
            SopDate.Read(call, notAfter, call.Now, DateTimeOffset.MaxValue));

        internal bool Holds(SignatureResult signature) =>
            signature.Status == SignatureStatus.Good && signature.CreatedAt >= NotBefore && signature.CreatedAt <= NotAfter;
    }
}
