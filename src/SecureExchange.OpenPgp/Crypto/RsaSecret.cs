using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>An RSA secret key (RFC 9580 §5.5.5.1).</summary>
internal sealed class RsaSecret : SecretKeyMaterial
{
    private readonly RsaSecretKey _key;
    private readonly OctetWriter _fields = new();

    public RsaSecret(RsaSecretKey key, ReadOnlySpan<byte> d, ReadOnlySpan<byte> p, ReadOnlySpan<byte> q, ReadOnlySpan<byte> u)
    {
        _key = key;
        _fields.Mpi(d);
        _fields.Mpi(p);
        _fields.Mpi(q);
        _fields.Mpi(u);
    }

    public override bool FailureIsHarmless => false;

    public override void Sign(DigestAlgorithm algorithm, ReadOnlySpan<byte> digest, OctetWriter output)
    {
        var signature = new byte[_key.Size];
        _key.SignDigest(digest, algorithm.Name(), signature);
        output.Mpi(signature);
    }

    public override SessionKey? DecryptSessionKey(ref OctetCursor fields, Fingerprint recipient, SessionKeyForm form)
    {
        var value = fields.CanonicalMpi();
        if (value.Length > _key.Size || fields.Remaining > 0) return null;
        var padded = new byte[_key.Size];
        value.CopyTo(padded.AsSpan(padded.Length - value.Length));
        var encoded = GC.AllocateUninitializedArray<byte>(_key.Size, pinned: true);
        try
        {
            return _key.TryDecryptRaw(padded, encoded) ? Pkcs1SessionKey.Decode(encoded, form) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }

    public override void Write(OctetWriter output) => output.Octets(_fields.Written);

    public override void Dispose()
    {
        _key.Dispose();
        _fields.Dispose();
    }
}
