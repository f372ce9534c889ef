using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A new primary key or subkey: its packet with its secret part.</summary>
internal sealed record NewKey(PublicKeyPacket Packet, SecretKeyMaterial Material) : IDisposable
{
    /// <summary>Makes a key of a suite.</summary>
    /// <param name="suite">The algorithms.</param>
    /// <param name="version">4 or 6.</param>
    /// <param name="createdAt">Seconds since 1970.</param>
    /// <param name="encrypts">Whether to encrypt, or else to sign and certify.</param>
    public static NewKey Generate(KeySuite suite, int version, uint createdAt, bool encrypts)
    {
        using var publicFields = new OctetWriter();
        using var secretFields = new OctetWriter();
        var algorithm = WriteFields(suite, version == PublicKeyPacket.Version6, encrypts, publicFields, secretFields);
        var packet = PublicKeyPacket.Create(version, createdAt, algorithm, publicFields.Written);
        var fields = new OctetCursor(secretFields.Written, "secret key packet", 0);
        return new NewKey(packet, packet.Material.ReadSecret(ref fields));
    }

    /// <summary>Writes the secret packet without protection.</summary>
    public void Write(PacketType type, OctetWriter output)
    {
        using var body = new OctetWriter();
        SecretKeyPacket.WriteUnprotected(Packet, Material, body);
        output.Packet(type, body.Written);
    }

    public void Dispose() => Material.Dispose();

    public override string ToString() => "[secret]";

    private static PublicKeyAlgorithm WriteFields(
        KeySuite suite, bool isVersion6, bool encrypts, OctetWriter publicFields, OctetWriter secretFields)
    {
        switch (suite)
        {
            case KeySuite.Curve25519 when isVersion6 && encrypts:
                MontgomeryPublicKey.Generate(MontgomeryCurve.X25519, publicFields, secretFields);
                return PublicKeyAlgorithm.X25519;
            case KeySuite.Curve25519 when isVersion6:
                EdwardsPublicKey.Generate(EdwardsCurve.Ed25519, publicFields, secretFields);
                return PublicKeyAlgorithm.Ed25519;
            case KeySuite.Curve448 when isVersion6 && encrypts:
                MontgomeryPublicKey.Generate(MontgomeryCurve.X448, publicFields, secretFields);
                return PublicKeyAlgorithm.X448;
            case KeySuite.Curve448 when isVersion6:
                EdwardsPublicKey.Generate(EdwardsCurve.Ed448, publicFields, secretFields);
                return PublicKeyAlgorithm.Ed448;
            case KeySuite.Curve25519 when encrypts:
                Curve25519LegacyPublicKey.Generate(publicFields, secretFields);
                return PublicKeyAlgorithm.Ecdh;
            case KeySuite.Curve25519:
                EdDsaLegacyPublicKey.Generate(publicFields, secretFields);
                return PublicKeyAlgorithm.EdDsaLegacy;
            case KeySuite.NistP256 or KeySuite.NistP384 or KeySuite.NistP521 when encrypts:
                EcdhNistPublicKey.Generate(Curve(suite), publicFields, secretFields);
                return PublicKeyAlgorithm.Ecdh;
            case KeySuite.NistP256 or KeySuite.NistP384 or KeySuite.NistP521:
                EcdsaPublicKey.Generate(Curve(suite), publicFields, secretFields);
                return PublicKeyAlgorithm.Ecdsa;
            case KeySuite.Rsa3072 or KeySuite.Rsa4096:
                RsaPublicKey.Generate(suite == KeySuite.Rsa3072 ? 3072 : 4096, publicFields, secretFields);
                return PublicKeyAlgorithm.Rsa;
            default:
                throw new ArgumentOutOfRangeException(nameof(suite), suite, "no suite of this version");
        }
    }

    private static NistCurve Curve(KeySuite suite) => suite switch
    {
        KeySuite.NistP256 => NistCurve.P256,
        KeySuite.NistP384 => NistCurve.P384,
        _ => NistCurve.P521,
    };
}
