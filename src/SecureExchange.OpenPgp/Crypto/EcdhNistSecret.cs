using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The scalar of an <see cref="EcdhNistPublicKey"/>.</summary>
internal sealed class EcdhNistSecret : SecretKeyMaterial
{
    private readonly EcdhNistPublicKey _public;
    private readonly NistSecretKey _key;
    private readonly NistScalar _scalar;

    private EcdhNistSecret(EcdhNistPublicKey publicKey, NistSecretKey key, NistScalar scalar)
    {
        _public = publicKey;
        _key = key;
        _scalar = scalar;
    }

    /// <returns>Null when the scalar isn't that of the public key.</returns>
    public static EcdhNistSecret? Import(EcdhNistPublicKey publicKey, ReadOnlySpan<byte> octets)
    {
        var scalar = new NistScalar(octets, publicKey.Size);
        if (NistSecretKey.TryImport(Curves.Uncompressed(publicKey.Key.Q), scalar.Octets, out var key))
            return new EcdhNistSecret(publicKey, key, scalar);
        scalar.Dispose();
        return null;
    }

    public override SessionKey? DecryptSessionKey(ref OctetCursor fields, Fingerprint recipient, SessionKeyForm form)
    {
        Span<byte> shared = stackalloc byte[_public.Size];
        try
        {
            return _key.TryAgree(fields.CanonicalMpi(), shared) ? _public.Derivation.Unwrap(shared, recipient, ref fields, form) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    public override void Write(OctetWriter output) => output.Mpi(_scalar.Octets);

    public override void Dispose()
    {
        _key.Dispose();
        _scalar.Dispose();
    }
}
