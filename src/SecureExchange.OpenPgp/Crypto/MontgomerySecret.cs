using System.Security.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The scalar of a <see cref="MontgomeryPublicKey"/>.</summary>
internal sealed class MontgomerySecret(MontgomeryPublicKey publicKey, MontgomeryCurve curve, MontgomeryScalar scalar)
    : SecretKeyMaterial
{
    public override SessionKey? DecryptSessionKey(ref OctetCursor fields, Fingerprint recipient, SessionKeyForm form)
    {
        var ephemeral = fields.Take(curve.Size);
        Span<byte> shared = stackalloc byte[curve.Size];
        try
        {
            return scalar.TryAgree(ephemeral, shared) ? publicKey.Unwrap(ephemeral, shared, ref fields, form) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    public override void Write(OctetWriter output) => output.Octets(scalar.Octets);

    public override void Dispose() => scalar.Dispose();
}
