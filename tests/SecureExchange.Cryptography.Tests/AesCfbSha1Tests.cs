using System.Security.Cryptography;
using SecureExchange.Testing;

namespace SecureExchange.Cryptography.Tests;

public class AesCfbSha1Tests
{
    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void Pieces_of_any_size_give_what_the_platform_gives(int keySize)
    {
        var (key, iv, plaintext) = (Octets(keySize, 1), Octets(16, 2), Octets(1061, 3));
        var (expected, expectedDigest) = OfThePlatform(key, iv, plaintext);
        for (var piece = 1; piece < 150; piece++)
        {
            using var cipher = new AesCfbSha1(key, iv);
            var ciphertext = new byte[plaintext.Length];
            var digest = new byte[AesCfbSha1.DigestSize];
            for (var at = 0; at < plaintext.Length; at += piece)
            {
                var count = Math.Min(piece, plaintext.Length - at);
                cipher.Encrypt(plaintext.AsSpan(at, count), ciphertext.AsSpan(at));
            }

            cipher.FinishDigest(digest);
            Assert.Equal(expected, ciphertext);
            Assert.Equal(expectedDigest, digest);
        }
    }

    [Fact]
    public void Every_length_up_to_some_blocks_is_padded_right()
    {
        var (key, iv, all) = (Octets(32, 1), new byte[16], Octets(300, 5));
        for (var length = 0; length < all.Length; length++)
        {
            var plaintext = all[..length];
            var (expected, expectedDigest) = OfThePlatform(key, iv, plaintext);
            using var cipher = new AesCfbSha1(key, iv);
            var digest = new byte[AesCfbSha1.DigestSize];
            cipher.Encrypt(plaintext, plaintext); // In place.
            cipher.FinishDigest(digest);
            Assert.Equal(expected, plaintext);
            Assert.Equal(expectedDigest, digest);
        }
    }

    [Fact]
    public void Random_keys_data_and_pieces_give_what_the_platform_gives()
    {
        var all = new byte[1 << 18];
        for (var round = 0; round < 40; round++)
        {
            RandomNumberGenerator.Fill(all);
            var (key, iv, plaintext) = (all[..32], all[32..48], all[..RandomNumberGenerator.GetInt32(all.Length)]);
            var (expected, expectedDigest) = OfThePlatform(key, iv, plaintext);
            using var cipher = new AesCfbSha1(key, iv);
            var digest = new byte[AesCfbSha1.DigestSize];
            int count;
            for (var at = 0; at < plaintext.Length; at += count)
            {
                count = Math.Min(plaintext.Length - at, RandomNumberGenerator.GetInt32(1 << RandomNumberGenerator.GetInt32(18)) + 1);
                cipher.Encrypt(plaintext.AsSpan(at, count), plaintext.AsSpan(at, count));
            }

            cipher.FinishDigest(digest);
            Assert.Equal(expected, plaintext);
            Assert.Equal(expectedDigest, digest);
        }
    }

    [Fact]
    public void What_comes_after_the_digest_is_encrypted_and_the_digest_given_once()
    {
        var (key, iv, plaintext) = (Octets(32, 1), Octets(16, 2), Octets(150, 3));
        var expected = OfThePlatform(key, iv, plaintext).Ciphertext;
        using var cipher = new AesCfbSha1(key, iv);
        var (ciphertext, digest) = (new byte[plaintext.Length], new byte[AesCfbSha1.DigestSize]);
        cipher.Encrypt(plaintext.AsSpan(0, 70), ciphertext);
        cipher.FinishDigest(digest);
        cipher.Encrypt(plaintext.AsSpan(70), ciphertext.AsSpan(70));

        Assert.Equal(expected, ciphertext);
        Assert.Equal(OfThePlatform(key, iv, plaintext[..70]).Digest, digest);
        Assert.Throws<InvalidOperationException>(() => cipher.FinishDigest(digest));
    }

    [Fact]
    public async Task Without_AES_instructions_the_same_comes_out()
    {
        if (Environment.GetEnvironmentVariable("DOTNET_EnableAES") == "0")
        {
            Assert.False(System.Runtime.Intrinsics.X86.Aes.IsSupported);
            return;
        }

        // This very class, once more, on a processor that says it has none.
        var result = await Peer.RunAsync(
            "dotnet",
            [typeof(AesCfbSha1Tests).Assembly.Location, "-class", typeof(AesCfbSha1Tests).FullName!],
            environment: new Dictionary<string, string> { ["DOTNET_EnableAES"] = "0" });

        result.Succeeded();
        Assert.Contains("Total: 7", result.Text, StringComparison.Ordinal);
    }

    private static (byte[] Ciphertext, byte[] Digest) OfThePlatform(byte[] key, byte[] iv, byte[] plaintext)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(plaintext);
        byte[] blocks = [.. plaintext, .. new byte[15 - ((plaintext.Length + 15) % 16)]]; // The platform wants whole ones.
        return (aes.EncryptCfb(blocks, iv, PaddingMode.None, feedbackSizeInBits: 128)[..plaintext.Length], hash.GetHashAndReset());
    }

    private static byte[] Octets(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => (byte)((i * 167) ^ (i >> 3) ^ seed))];
}
