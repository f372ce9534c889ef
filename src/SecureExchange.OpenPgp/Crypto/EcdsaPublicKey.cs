using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>ECDSA on P-256, P-384 and P-521 (RFC 9580 §5.5.5.4).</summary>
internal sealed class EcdsaPublicKey : PublicKeyMaterial
{
    private readonly ECParameters _key;
    private readonly NistCurve _curve;
    private readonly int _size;
    private readonly Lazy<ECDsa?> _imported; // Once: looking whether the point is on the curve takes as long as verifying.
    private readonly Lock _turn = new();

    private EcdsaPublicKey(ECParameters key, NistCurve curve)
    {
        _key = key;
        _curve = curve;
        _size = curve.Size;
        _imported = new Lazy<ECDsa?>(() => Import(key));
    }

    public override PublicKeyAlgorithm Algorithm => PublicKeyAlgorithm.Ecdsa;

    public override bool CanSign => true;

    public override DigestAlgorithm SigningDigest => _curve.Digest;

    /// <returns>Null for another curve.</returns>
    public static EcdsaPublicKey? Read(ref OctetCursor fields)
    {
        var curve = NistCurve.Find(fields.Take(fields.Octet()));
        var mpi = fields.Mpi();
        if (curve is null) return null;
        if (!Curves.TryReadPoint(mpi, curve.Size, out var point))
            throw fields.Unsupported(PgpError.Malformed, "not an uncompressed point");
        return new EcdsaPublicKey(new ECParameters { Curve = curve.Curve, Q = point }, curve);
    }

    /// <summary>Makes a key: writes the fields of its public and its secret part.</summary>
    public static void Generate(NistCurve curve, OctetWriter publicFields, OctetWriter secretFields)
    {
        var key = curve.Generate();
        publicFields.Octet((byte)curve.Oid.Length);
        publicFields.Octets(curve.Oid);
        Curves.WritePoint(key.Q, publicFields);
        secretFields.Mpi(key.D);
        CryptographicOperations.ZeroMemory(key.D);
    }

    /// <summary>§5.2.3.2: a shorter digest than the curve's isn't one to sign with this key.</summary>
    protected override bool VerifyFields(DigestAlgorithm algorithm, scoped ReadOnlySpan<byte> digest, ref OctetCursor signature)
    {
        var r = signature.Mpi();
        var s = signature.Mpi();
        if (digest.Length < _curve.Digest.Size() || r.Length > _size || s.Length > _size || signature.Remaining > 0) return false;
        var value = new byte[2 * _size];
        r.CopyTo(value.AsSpan(_size - r.Length));
        s.CopyTo(value.AsSpan(value.Length - s.Length));
        lock (_turn) return _imported.Value is { } key && key.VerifyHash(digest, value);
    }

    public override SecretKeyMaterial ReadSecret(ref OctetCursor fields)
    {
        var octets = fields.Mpi();
        if (octets.Length > _size) throw fields.Unsupported(PgpError.Malformed, "not a scalar of this curve");
        var scalar = new NistScalar(octets, _size);
        if (NistSecretKey.TryImport(Curves.Uncompressed(_key.Q), scalar.Octets, out var key)) return new EcdsaSecret(key, scalar);
        scalar.Dispose();
        throw Mismatch(fields);
    }

    private static ECDsa? Import(in ECParameters parameters)
    {
        try
        {
            return ECDsa.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null; // Not on the curve.
        }
    }
}
