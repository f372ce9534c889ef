using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The scalar of a <see cref="Curve25519LegacyPublicKey"/>: an integer in the packet, and so the other way
/// round than
/// X25519 has it (RFC 9580 §5.5.5.6.1.1).</summary>
internal sealed class Curve25519LegacySecret(Curve25519LegacyPublicKey publicKey, MontgomeryScalar scalar) : SecretKeyMaterial
{
    public override SessionKey? DecryptSessionKey(ref OctetCursor fields, Fingerprint recipient, SessionKeyForm form)
    {
        if (fields.CanonicalMpi() is not [Curves.NativePoint, .. { Length: X25519.Size } ephemeral]) return null;
        if ((ephemeral[^1] & 0x80) != 0)
            return null; // A bit that X25519 ignores (RFC 7748 §5): nobody sets it in good faith.

        Span<byte> shared = stackalloc byte[X25519.Size];
        try
        {
            return scalar.TryAgree(ephemeral, shared)
                ? publicKey.Derivation.Unwrap(shared, recipient, ref fields, form)
                : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    public override void Write(OctetWriter output)
    {
        Span<byte> bigEndian = stackalloc byte[X25519.Size];
        scalar.Octets.CopyTo(bigEndian);
        bigEndian.Reverse();
        output.Mpi(bigEndian);
        CryptographicOperations.ZeroMemory(bigEndian);
    }

    public override void Dispose() => scalar.Dispose();
}
