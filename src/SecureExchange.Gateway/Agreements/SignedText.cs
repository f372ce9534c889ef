using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Agreements;

/// <summary>Detached signatures of texts that people sign on their own machines.</summary>
internal static class SignedText
{
    /// <summary>The longest signature: one OpenPGP signature, armored, has a few KB at most.</summary>
    internal const int MaxSignature = 64 * 1024;

    /// <summary>Whose one good signature of a text this is.</summary>
    /// <param name="certificates">Any of these.</param>
    /// <param name="text">The text.</param>
    /// <param name="signature">Detached.</param>
    /// <param name="now">When.</param>
    /// <param name="ct">Cancels it.</param>
    /// <returns>The certificate's fingerprint; null where it is anything else than exactly that.</returns>
    internal static async Task<string?> SignerAsync(
        IReadOnlyList<Certificate> certificates, byte[] text, ReadOnlyMemory<byte> signature, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            using var data = new MemoryStream(text, writable: false);
            var verdict = await PgpSignature.VerifyDetachedAsync(data, signature, new VerifyOptions { Verifiers = certificates, Now = now }, ct);
            return verdict.Signatures is [{ Status: SignatureStatus.Good, Signer: { } signer }] ? signer.ToString() : null;
        }
        catch (PgpException)
        {
            return null;
        }
    }

    /// <summary>A signature without armor, in base64, for the log.</summary>
    internal static async Task<string> ForLogAsync(ReadOnlyMemory<byte> signature, CancellationToken ct)
    {
        if (!signature.Span.StartsWith("-----BEGIN"u8)) return Convert.ToBase64String(signature.Span);
        using var armored = new MemoryStream(signature.ToArray());
        using var binary = new MemoryStream();
        await PgpArmor.DecodeAsync(armored, binary, limits: null, ct);
        return Convert.ToBase64String(binary.GetBuffer().AsSpan(0, (int)binary.Length));
    }
}
