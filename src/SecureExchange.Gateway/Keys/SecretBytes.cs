using System.Security.Cryptography;

namespace SecureExchange.Gateway.Keys;

/// <summary>Key material: can't be printed or compared, and is zeroed when disposed.</summary>
public sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;

    /// <summary>Takes over <paramref name="bytes"/>: the caller keeps no copy.</summary>
    internal SecretBytes(byte[] bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Span => _bytes;

    /// <summary>New random key material.</summary>
    internal static SecretBytes Random(int length)
    {
        var bytes = Pinned(length);
        RandomNumberGenerator.Fill(bytes);
        return new SecretBytes(bytes);
    }

    /// <summary>A copy of what somebody else zeroes.</summary>
    internal static SecretBytes Copy(ReadOnlySpan<byte> secret)
    {
        var bytes = Pinned(secret.Length);
        secret.CopyTo(bytes);
        return new SecretBytes(bytes);
    }

    /// <summary>Room for key material that the collector doesn't move: moved, it would leave a copy.</summary>
    internal static byte[] Pinned(int length) => GC.AllocateUninitializedArray<byte>(length, pinned: true);

    /// <summary>A 32-byte key for one use, by HKDF-SHA-256 (RFC 5869), with the use as <c>info</c>.</summary>
    internal SecretBytes Derive(string use)
    {
        var derived = Pinned(32);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, derived, salt: [], System.Text.Encoding.UTF8.GetBytes(use));
        return new SecretBytes(derived);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    public override string ToString() => "[secret]";
}
