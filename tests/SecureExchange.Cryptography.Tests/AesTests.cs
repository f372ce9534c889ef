using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using SecureExchange.Testing;

namespace SecureExchange.Cryptography.Tests;

public class AesTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(32)]
    public void A_block_is_what_the_platform_makes_of_it(int keySize)
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var key = RandomNumberGenerator.GetBytes(keySize);
            var block = RandomNumberGenerator.GetBytes(16);
            using var platform = Aes.Create();
            platform.SetKey(key);
            var expected = platform.EncryptEcb(block, PaddingMode.None);
            using var aes = new AesBlocks(key);
            using var fallback = new AesBlocks(key, intrinsics: false);
            Assert.Equal(Vector128.Create(expected), aes.Encrypt(Vector128.Create(block)));
            Assert.Equal(Vector128.Create(expected), fallback.Encrypt(Vector128.Create(block)));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Eight_at_once_are_eight_one_by_one(bool intrinsics)
    {
        using var aes = new AesBlocks(RandomNumberGenerator.GetBytes(32), intrinsics);
        var blocks = Enumerable.Range(0, 8).Select(_ => Vector128.Create(RandomNumberGenerator.GetBytes(16))).ToArray();
        var expected = blocks.Select(aes.Encrypt).ToArray();
        aes.EncryptEight(blocks);
        Assert.Equal(expected, blocks);
    }

    [Fact]
    public void CMAC_agrees_with_Wycheproof()
    {
        foreach (var (_, test) in Wycheproof.Read("symmetric/wycheproof/aes_cmac_test.json"))
        {
            var key = test.Bytes("key");
            if (key.Length is not (16 or 24 or 32))
            {
                Assert.False(test.IsValid());
                Assert.Throws<ArgumentException>(() => new AesCmac(key));
                continue;
            }

            using var cmac = new AesCmac(key);
            var tag = new byte[16];
            cmac.Compute(test.Bytes("msg"), tag);
            var expected = test.Bytes("tag");
            Assert.True(test.IsValid() == tag.AsSpan(0, expected.Length).SequenceEqual(expected), test.Id());
        }
    }

    [Fact]
    public void Many_messages_at_once_have_the_tags_that_each_has_alone()
    {
        using var cmac = new AesCmac(RandomNumberGenerator.GetBytes(32));
        foreach (var count in (int[])[0, 1, 7, 8, 9, 100])
        {
            var messages = Enumerable.Range(0, count).Select(i => RandomNumberGenerator.GetBytes(i * 7 % 67)).ToArray();
            var ends = new int[count];
            for (var i = 0; i < count; i++) ends[i] = (i == 0 ? 0 : ends[i - 1]) + messages[i].Length;
            var tags = new ulong[count];
            cmac.ComputeMany(messages.SelectMany(m => m).ToArray(), ends, tags);
            var tag = new byte[16];
            for (var i = 0; i < count; i++)
            {
                cmac.Compute(messages[i], tag);
                Assert.Equal(BitConverter.ToUInt64(tag), tags[i]);
            }
        }
    }

    [Fact]
    public void SIV_agrees_with_Wycheproof()
    {
        foreach (var (_, test) in Wycheproof.Read("symmetric/wycheproof/aes_siv_cmac_test.json"))
            CheckSiv(test, test.Bytes("ct"), test.Bytes("aad"));
    }

    [Fact]
    public void SIV_with_a_nonce_agrees_with_Wycheproof()
    {
        foreach (var (_, test) in Wycheproof.Read("symmetric/wycheproof/aead_aes_siv_cmac_test.json"))
            CheckSiv(test, [.. test.Bytes("tag"), .. test.Bytes("ct")], test.Bytes("aad"), test.Bytes("iv"));
    }

    /// <summary>RFC 5297 A.2: three strings of associated data.</summary>
    [Fact]
    public void SIV_takes_several_strings_as_the_RFC_does()
    {
        using var siv = new AesSiv(Convert.FromHexString("7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f"));
        var bound = siv.Bind(
            Convert.FromHexString("00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100"),
            Convert.FromHexString("102030405060708090a0"), Convert.FromHexString("09f911029d74e35bd84156c5635688c0"));
        var plaintext = "this is some plaintext to encrypt using SIV-AES"u8;
        var ciphertext = new byte[plaintext.Length + AesSiv.Overhead];
        bound.Encrypt(plaintext, ciphertext);
        Assert.Equal(
            "7BDB6E3B432667EB06F4D14BFF2FBD0FCB900F2FDDBE404326601965C889BF17DBA77CEB094FA663B7A3F748BA8AF829EA64AD544A272E9C485B62A3FD5C0D",
            Convert.ToHexString(ciphertext));
    }

    [Fact]
    public void HMAC_agrees_with_Wycheproof_and_with_the_platform_at_every_length()
    {
        var tag = new byte[32];
        foreach (var (_, test) in Wycheproof.Read("symmetric/wycheproof/hmac_sha256_test.json"))
        {
            using var hmac = new HmacSha256(test.Bytes("key"));
            hmac.Compute(test.Bytes("msg"), tag);
            var expected = test.Bytes("tag");
            Assert.True(test.IsValid() == tag.AsSpan(0, expected.Length).SequenceEqual(expected), test.Id());
        }

        var key = RandomNumberGenerator.GetBytes(32);
        using var mine = new HmacSha256(key);
        for (var length = 0; length < 300; length++)
        {
            var message = RandomNumberGenerator.GetBytes(length);
            mine.Compute(message, tag);
            Assert.Equal(HMACSHA256.HashData(key, message), tag);
        }
    }

    [Fact]
    public void Many_values_by_AES_SIV_agree_with_one_by_one()
    {
        var random = new Sequence(5);
        using var siv = new AesSiv(Enumerable.Range(0, 64).Select(i => (byte)i).ToArray());
        var bound = siv.Bind("a field"u8.ToArray());
        for (var round = 0; round < 200; round++)
        {
            var lengths = Enumerable.Range(0, random.Below(40)).Select(_ => random.Below(10) == 0 ? random.Below(400) : random.Below(50)).ToArray();
            var ends = lengths.Select((_, i) => lengths[..(i + 1)].Sum()).ToArray();
            var plaintexts = random.Bytes(lengths.Sum());
            const int Gap = 2;
            var ciphertexts = new byte[plaintexts.Length + ((Gap + AesSiv.Overhead) * lengths.Length)];
            bound.EncryptMany(plaintexts, ends, Gap, ciphertexts);

            var sealedOnes = new List<byte>();
            var sealedEnds = new List<int>();
            var at = 0;
            for (var i = 0; i < lengths.Length; i++)
            {
                var one = new byte[lengths[i] + AesSiv.Overhead];
                bound.Encrypt(plaintexts.AsSpan(ends[i] - lengths[i], lengths[i]), one);
                Assert.True(one.AsSpan().SequenceEqual(ciphertexts.AsSpan(at + Gap, one.Length)), $"value {i} of {lengths[i]} octets");
                at += Gap + one.Length;
                sealedOnes.AddRange(random.Bytes(Gap));
                sealedOnes.AddRange(one);
                sealedEnds.Add(sealedOnes.Count);
            }

            // Turned back, one of them altered and one cut too short to be one.
            var altered = lengths.Length == 0 ? -1 : random.Below(lengths.Length);
            var input = sealedOnes.ToArray();
            if (altered >= 0) input[sealedEnds[altered] - 1] ^= 1;
            var opened = new byte[plaintexts.Length];
            var valid = new bool[lengths.Length];
            bound.TryDecryptMany(input, [.. sealedEnds], Gap, opened, valid);
            for (var i = 0; i < lengths.Length; i++)
            {
                var expected = i == altered ? new byte[lengths[i]] : plaintexts[(ends[i] - lengths[i])..ends[i]];
                Assert.Equal(i != altered, valid[i]);
                Assert.True(expected.AsSpan().SequenceEqual(opened.AsSpan(ends[i] - lengths[i], lengths[i])), $"value {i} of {lengths[i]} octets");
            }
        }
    }

    [Fact]
    public void Octets_too_few_for_a_ciphertext_among_many_are_not_valid()
    {
        using var siv = new AesSiv(new byte[64]);
        var bound = siv.Bind();
        var one = new byte[3 + AesSiv.Overhead];
        bound.Encrypt("abc"u8, one);
        byte[] input = [.. Enumerable.Repeat(one, 7).SelectMany(o => o), .. new byte[15], .. one];
        int[] ends = [.. Enumerable.Range(1, 7).Select(i => i * one.Length), (7 * one.Length) + 15, input.Length];
        var (opened, valid) = (new byte[24], new bool[9]);

        bound.TryDecryptMany(input, ends, 0, opened, valid);

        Assert.Equal([true, true, true, true, true, true, true, false, true], valid);
        Assert.Equal("abcabcabcabcabcabcabcabc"u8.ToArray(), opened);
    }

    private static void CheckSiv(System.Text.Json.JsonElement test, byte[] ciphertext, params byte[][] associatedData)
    {
        using var siv = new AesSiv(test.Bytes("key"));
        var bound = siv.Bind(associatedData);
        var message = test.Bytes("msg");
        var plaintext = new byte[Math.Max(0, ciphertext.Length - AesSiv.Overhead)];
        var opened = bound.TryDecrypt(ciphertext, plaintext);
        Assert.True(test.IsValid() == opened, test.Id());
        if (!opened)
        {
            Assert.All(plaintext, b => Assert.Equal(0, b));
            return;
        }

        Assert.Equal(message, plaintext);
        var sealedAgain = new byte[message.Length + AesSiv.Overhead];
        bound.Encrypt(message, sealedAgain);
        Assert.Equal(ciphertext, sealedAgain);
    }
}
