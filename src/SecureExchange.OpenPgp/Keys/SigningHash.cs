using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>What a signature that is being made covers so far: in version 6 a salt first (RFC 9580 §5.2.4), so that nobody
/// who chooses the data knows all that is hashed.</summary>
internal sealed class SigningHash : IDisposable
{
    private readonly IncrementalHash _hash;
    private readonly byte[] _salt;

    /// <param name="key">Who signs, with its <see cref="PublicKeyMaterial.SigningDigest"/>.</param>
    public SigningHash(PublicKeyPacket key)
    {
        Key = key;
        _hash = Algorithm.Start();
        _salt = key.Version == PublicKeyPacket.Version6 ? RandomNumberGenerator.GetBytes(Algorithm.SaltSize()) : [];
        _hash.AppendData(_salt);
    }

    public PublicKeyPacket Key { get; }

    public DigestAlgorithm Algorithm => Key.Material.SigningDigest;

    /// <summary>Empty in version 4.</summary>
    public ReadOnlySpan<byte> Salt => _salt;

    public void Append(ReadOnlySpan<byte> data) => _hash.AppendData(data);

    /// <returns>Octets of the digest.</returns>
    public int Finish(Span<byte> digest) => _hash.GetHashAndReset(digest);

    public void Dispose() => _hash.Dispose();
}
