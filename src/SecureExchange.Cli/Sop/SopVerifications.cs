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
            text.Append($"{SopDate.Text(signature.CreatedAt!.Value)} {signature.Subkey} {signature.Signer}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
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
