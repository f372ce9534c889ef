using System.Text.Json;
using SecureExchange.Testing;

namespace SecureExchange.Cryptography.Tests;

public class AesAeadTests
{
    [Fact]
    public void OCB_agrees_with_RFC_7253_and_the_vectors_of_go_crypto()
    {
        var checkedVectors = 0;
        foreach (var test in Tests("aes_ocb.json"))
        {
            if (test.GetProperty("tagBits").GetInt32() != 8 * AesOcb.TagSize) continue;
            var nonce = Hex(test, "nonce");
            using var ocb = new AesOcb(Hex(test, "key"), nonce.Length);
            Check(ocb.Encrypt, ocb.TryDecrypt, nonce, Hex(test, "header"), Hex(test, "plaintext"), Hex(test, "ciphertext"));
            checkedVectors++;
        }

        Assert.True(checkedVectors >= 40, $"only {checkedVectors}");
    }

    [Fact]
    public void OCB_comes_out_as_in_the_iterated_test_of_RFC_7253()
    {
        // Appendix A, the last table: 16-byte tags.
        foreach (var (size, expected) in new[]
        {
            (16, "67E944D23256C5E0B6C61FA22FDF1EA2"), (24, "F673F2C3E7174AAE7BAE986CA9F29E17"), (32, "D90EB8E9C977C88B79DD793D7FFA161C"),
        })
        {
            var key = new byte[size];
            key[^1] = 128;
            using var ocb = new AesOcb(key, nonceSize: 12);
            var all = new List<byte>();
            var nonce = new byte[12];
            for (var i = 0; i < 128; i++)
            {
                var s = new byte[i];
                Append((3 * i) + 1, s, s);
                Append((3 * i) + 2, s, []);
                Append((3 * i) + 3, [], s);
            }

            nonce[10] = 385 >> 8;
            nonce[11] = 385 & 0xFF;
            var tag = new byte[16];
            ocb.Encrypt(nonce, [], [], tag, all.ToArray());
            Assert.Equal(expected, Convert.ToHexString(tag));

            void Append(int number, byte[] plaintext, byte[] associatedData)
            {
                nonce[10] = (byte)(number >> 8);
                nonce[11] = (byte)number;
                var (ciphertext, end) = (new byte[plaintext.Length], new byte[16]);
                ocb.Encrypt(nonce, plaintext, ciphertext, end, associatedData);
                all.AddRange([.. ciphertext, .. end]);
            }
        }
    }

    [Fact]
    public void EAX_agrees_with_its_paper_and_the_vectors_of_go_crypto()
    {
        var checkedVectors = 0;
        foreach (var test in Tests("aes_eax.json"))
        {
            using var eax = new AesEax(Hex(test, "key"));
            var plaintext = Hex(test, test.TryGetProperty("msg", out _) ? "msg" : "plaintext");
            Check(eax.Encrypt, eax.TryDecrypt, Hex(test, "nonce"), Hex(test, "header"), plaintext, Hex(test, "ciphertext"));
            checkedVectors++;
        }

        Assert.True(checkedVectors >= 30, $"only {checkedVectors}");
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new AesOcb(new byte[17]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AesOcb(new byte[16], 16));
        using var ocb = new AesOcb(new byte[16]);
        Assert.Throws<ArgumentException>(() => ocb.Encrypt(new byte[12], [], [], new byte[16]));
        Assert.Throws<ArgumentException>(() => ocb.Encrypt(new byte[15], [1], [], new byte[16]));
        Assert.Throws<ArgumentException>(() => ocb.TryDecrypt(new byte[15], [], new byte[12], []));
        using var eax = new AesEax(new byte[16]);
        Assert.Throws<ArgumentException>(() => eax.TryDecrypt(new byte[16], [], new byte[12], []));
    }

    private static void Check(Encryption encrypt, Decryption decrypt, byte[] nonce, byte[] associatedData, byte[] plaintext, byte[] sealedBytes)
    {
        var (ciphertext, tag) = (sealedBytes[..^16], sealedBytes[^16..]);
        var output = new byte[plaintext.Length];
        var made = new byte[16];
        encrypt(nonce, plaintext, output, made, associatedData);
        Assert.Equal(ciphertext, output);
        Assert.Equal(tag, made);

        Assert.True(decrypt(nonce, output, tag, output, associatedData)); // In place.
        Assert.Equal(plaintext, output);

        // A change anywhere, and nothing comes out; then the same object still works.
        tag[^1] ^= 1;
        Assert.False(decrypt(nonce, ciphertext, tag, output, associatedData));
        Assert.All(output, octet => Assert.Equal(0, octet));
        tag[^1] ^= 1;
        Assert.False(decrypt(nonce, ciphertext, tag, output, [.. associatedData, 0]));
        if (ciphertext.Length > 0)
        {
            ciphertext[0] ^= 0x80;
            Assert.False(decrypt(nonce, ciphertext, tag, output, associatedData));
            ciphertext[0] ^= 0x80;
        }

        Assert.True(decrypt(nonce, ciphertext, tag, output, associatedData));
        Assert.Equal(plaintext, output);
    }

    private static IEnumerable<JsonElement> Tests(string name)
    {
        using var file = JsonDocument.Parse(Vectors.Read($"symmetric/go-crypto/{name}"));
        var root = file.RootElement;
        var tests = root.ValueKind == JsonValueKind.Array ? root : root.GetProperty("vectors");
        return [.. tests.EnumerateArray().Select(test => test.Clone())];
    }

    private static byte[] Hex(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);

    private delegate void Encryption(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext, Span<byte> tag, ReadOnlySpan<byte> associatedData);

    private delegate bool Decryption(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> tag, Span<byte> plaintext,
        ReadOnlySpan<byte> associatedData);
}
