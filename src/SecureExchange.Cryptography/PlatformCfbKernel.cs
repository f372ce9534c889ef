using System.Security.Cryptography;

namespace SecureExchange.Cryptography;

/// <summary><see cref="CfbKernel"/> over .NET's AES, for processors without AES instructions that .NET exposes.</summary>
internal sealed class PlatformCfbKernel : CfbKernel
{
    private const int FeedbackBits = 128;

    private readonly Aes _aes = Aes.Create();

    public PlatformCfbKernel(ReadOnlySpan<byte> key) => _aes.SetKey(key);

    public override void EncryptBlock(ReadOnlySpan<byte> block, Span<byte> output) =>
        _aes.EncryptEcb(block, output, PaddingMode.None);

    public override void Encrypt(Span<byte> register, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        _aes.EncryptCfb(plaintext, register, ciphertext, PaddingMode.None, FeedbackBits);
        ciphertext[^16..].CopyTo(register);
    }

    public override void Decrypt(Span<byte> register, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        Span<byte> next = stackalloc byte[16];
        ciphertext[^16..].CopyTo(next); // Before it is overwritten: it may be the same memory.
        _aes.DecryptCfb(ciphertext, register, plaintext, PaddingMode.None, FeedbackBits);
        next.CopyTo(register);
    }

    public override void Dispose() => _aes.Dispose();
}
