using System.Security.Cryptography;
using SecureExchange.Testing;

namespace SecureExchange.Cryptography.Tests;

public class AesCfbTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void Pieces_of_any_size_give_what_the_platform_gives(int keySize)
    {
        var (key, iv) = (Octets(keySize, 1), Octets(16, 2));
        var plaintext = Octets(4096, 3);
        using var aes = Aes.Create();
        aes.Key = key;
        var expected = aes.EncryptCfb(plaintext, iv, PaddingMode.None, feedbackSizeInBits: 128);
        for (var piece = 1; piece < 300; piece++)
        {
            var ciphertext = new byte[plaintext.Length];
            using var encrypt = new AesCfb(key, iv);
            Run(encrypt.Encrypt, plaintext, ciphertext, piece);
            Assert.Equal(expected, ciphertext);

            using var decrypt = new AesCfb(key, iv);
            var back = new byte[plaintext.Length];
            Run(decrypt.Decrypt, ciphertext, back, piece);
            Assert.Equal(plaintext, back);

            // In place.
            using var again = new AesCfb(key, iv);
            Run(again.Decrypt, ciphertext, ciphertext, (piece * 7) % 299 + 1);
            Assert.Equal(plaintext, ciphertext);
        }
    }

    [Fact]
    public void The_samples_of_NIST_SP_800_38A_come_out()
    {
        // F.3.17, CFB128-AES256.
        using var cfb = new AesCfb(
            Convert.FromHexString("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
            Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));
        var ciphertext = new byte[32];
        cfb.Encrypt(Convert.FromHexString("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"), ciphertext);
        Assert.Equal("dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407b", Convert.ToHexStringLower(ciphertext));
    }

    [Fact]
    public async Task Without_AES_instructions_the_same_comes_out()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_EnableAES") == "0")
        {
            Assert.False(System.Runtime.Intrinsics.X86.Aes.IsSupported);
            return;
        }

        // This very test project, once more, on a processor that says it has none.
        var result = await Peer.RunAsync(
            "dotnet",
            [typeof(AesCfbTests).Assembly.Location, "-class", typeof(AesCfbTests).FullName!],
            environment: new Dictionary<string, string> { ["DOTNET_EnableAES"] = "0" });

        result.Succeeded();
        Assert.Contains("Total: 5", result.Text, StringComparison.Ordinal);
    }

    private static void Run(Cipher cipher, byte[] input, byte[] output, int piece)
    {
        for (var at = 0; at < input.Length; at += piece)
        {
            var count = Math.Min(piece, input.Length - at);
            cipher(input.AsSpan(at, count), output.AsSpan(at, count));
        }
    }

    private static byte[] Octets(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => (byte)((i * 167) ^ (i >> 3) ^ seed))];

    private delegate void Cipher(ReadOnlySpan<byte> input, Span<byte> output);
}
