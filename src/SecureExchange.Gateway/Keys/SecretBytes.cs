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
    internal static SecretBytes Random(int length) => new(RandomNumberGenerator.GetBytes(length));

    /// <summary>A 32-byte key for one use, by HKDF-SHA-256 (RFC 5869), with the use as <c>info</c>.</summary>
    internal SecretBytes Derive(string use) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, _bytes, 32, info: System.Text.Encoding.UTF8.GetBytes(use)));

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    public override string ToString() => "[secret]";
}
