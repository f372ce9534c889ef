using System.Security.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>ECDH on P-256, P-384 and P-521. OpenSSL checks that points are on the curve.</summary>
internal sealed class EcdhNistPublicKey : EcdhPublicKey
{
    private readonly NistCurve _curve;

    private EcdhNistPublicKey(EcdhKeyDerivation derivation, ECParameters key, NistCurve curve) : base(derivation)
    {
        Key = key;
        _curve = curve;
    }

    public ECParameters Key { get; }

    /// <summary>Octets of a coordinate.</summary>
    public int Size => _curve.Size;

    /// <returns>Null for another curve.</returns>
    public static EcdhNistPublicKey? Read(EcdhKeyDerivation derivation, ReadOnlySpan<byte> point, in OctetCursor fields)
    {
        if (NistCurve.Find(derivation.CurveOid) is not { } curve) return null;
        if (!Curves.TryReadPoint(point, curve.Size, out var q))
            throw fields.Unsupported(PgpError.Malformed, "not an uncompressed point");
        return new EcdhNistPublicKey(derivation, new ECParameters { Curve = curve.Curve, Q = q }, curve);
    }

    /// <summary>Makes a key: writes the fields of its public and its secret part.</summary>
    public static void Generate(NistCurve curve, OctetWriter publicFields, OctetWriter secretFields)
    {
        var key = curve.Generate();
        publicFields.Octet((byte)curve.Oid.Length);
        publicFields.Octets(curve.Oid);
        Curves.WritePoint(key.Q, publicFields);
        publicFields.Octets([3, 1, (byte)curve.Digest, (byte)curve.Cipher]);
        secretFields.Mpi(key.D);
        CryptographicOperations.ZeroMemory(key.D);
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
