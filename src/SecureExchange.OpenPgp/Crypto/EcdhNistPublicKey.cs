using System.Security.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>ECDH on P-256, P-384 and P-521. OpenSSL checks that points are on the curve.</summary>
internal sealed class EcdhNistPublicKey : EcdhPublicKey
{
    private EcdhNistPublicKey(EcdhKeyDerivation derivation, ECParameters key, int size) : base(derivation)
    {
        Key = key;
        Size = size;
    }

    public ECParameters Key { get; }

    /// <summary>Octets of a coordinate.</summary>
    public int Size { get; }

    /// <returns>Null for another curve.</returns>
    public static EcdhNistPublicKey? Read(EcdhKeyDerivation derivation, ReadOnlySpan<byte> point, in OctetCursor fields)
    {
        if (Curves.Nist(derivation.CurveOid) is not var (curve, size)) return null;
        if (!Curves.TryReadPoint(point, size, out var q))
            throw fields.Unsupported(PgpError.Malformed, "not an uncompressed point");
        return new EcdhNistPublicKey(derivation, new ECParameters { Curve = curve, Q = q }, size);
    }

    public override void EncryptSessionKey(SessionKey sessionKey, SessionKeyForm form, Fingerprint recipient, OctetWriter output)
    {
        using var ephemeral = ECDiffieHellman.Create(Key.Curve);
        using var peer = Import(Key) ?? throw Throw.Error(
            PgpError.AlgorithmRefused, $"the encryption key of {recipient} isn't on its curve");
        var shared = ephemeral.DeriveRawSecretAgreement(peer.PublicKey);
        Curves.WritePoint(ephemeral.ExportParameters(includePrivateParameters: false).Q, output);
        Derivation.Wrap(shared, recipient, sessionKey, form, output);
        CryptographicOperations.ZeroMemory(shared);
    }

    public override SecretKeyMaterial ReadSecret(ref OctetCursor fields)
    {
        var scalar = fields.Mpi();
        if (scalar.Length > Size) throw fields.Unsupported(PgpError.Malformed, "not a scalar of this curve");
        return EcdhNistSecret.Import(this, scalar) ?? throw Mismatch(fields);
    }

    /// <returns>Null when it isn't a key.</returns>
    public static ECDiffieHellman? Import(in ECParameters parameters)
    {
        try
        {
            return ECDiffieHellman.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
