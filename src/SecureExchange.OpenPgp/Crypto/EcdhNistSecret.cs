using System.Security.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>The scalar of an <see cref="EcdhNistPublicKey"/>.</summary>
internal sealed class EcdhNistSecret : SecretKeyMaterial
{
    private readonly EcdhNistPublicKey _public;
    private readonly ECDiffieHellman _key;
    private readonly NistScalar _scalar;

    private EcdhNistSecret(EcdhNistPublicKey publicKey, ECDiffieHellman key, NistScalar scalar)
    {
        _public = publicKey;
        _key = key;
        _scalar = scalar;
    }

    /// <returns>Null when the scalar isn't that of the public key.</returns>
    public static EcdhNistSecret? Import(EcdhNistPublicKey publicKey, ReadOnlySpan<byte> octets)
    {
        var scalar = new NistScalar(octets, publicKey.Size);
        if (scalar.BelongsTo(publicKey.Key)
            && EcdhNistPublicKey.Import(publicKey.Key with { D = scalar.Octets }) is { } key)
            return new EcdhNistSecret(publicKey, key, scalar);
        scalar.Dispose();
        return null;
    }

    public override SessionKey? DecryptSessionKey(ref OctetCursor fields, Fingerprint recipient, SessionKeyForm form)
    {
        if (!Curves.TryReadPoint(fields.CanonicalMpi(), _public.Size, out var point)) return null;
        using var ephemeral = EcdhNistPublicKey.Import(new ECParameters { Curve = _public.Key.Curve, Q = point });
        if (ephemeral is null) return null;
        var shared = _key.DeriveRawSecretAgreement(ephemeral.PublicKey);
        var sessionKey = _public.Derivation.Unwrap(shared, recipient, ref fields, form);
        CryptographicOperations.ZeroMemory(shared);
        return sessionKey;
    }

    public override void Write(OctetWriter output) => output.Mpi(_scalar.Octets);

    public override void Dispose()
    {
        _key.Dispose();
        _scalar.Dispose();
    }
}
