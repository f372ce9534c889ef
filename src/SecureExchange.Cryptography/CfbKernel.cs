namespace SecureExchange.Cryptography;

/// <summary>Whole blocks of AES-CFB under one key. The register is the last block of ciphertext, 16 octets, and is
/// carried on.</summary>
internal abstract class CfbKernel : IDisposable
{
    private protected CfbKernel() { }

    /// <summary>The bare block cipher: 16 octets in, 16 out.</summary>
    public abstract void EncryptBlock(ReadOnlySpan<byte> block, Span<byte> output);

    /// <param name="register">In and out.</param>
    /// <param name="plaintext">A multiple of 16 octets.</param>
    /// <param name="ciphertext">As long; may be the same memory.</param>
    public abstract void Encrypt(Span<byte> register, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext);

    /// <inheritdoc cref="Encrypt"/>
    public abstract void Decrypt(Span<byte> register, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext);

    public abstract void Dispose();
}
