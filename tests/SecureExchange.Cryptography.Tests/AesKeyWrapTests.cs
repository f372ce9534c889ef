using System.Text.Json;
using SecureExchange.Testing;

namespace SecureExchange.Cryptography.Tests;

public class AesKeyWrapTests
{
    [Fact]
    public void Key_wrap_agrees_with_Wycheproof()
    {
        using var file = JsonDocument.Parse(Vectors.Read("symmetric/wycheproof/aes_wrap_test.json"));
        var (wrapped, refused) = (0, 0);
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var (key, message, ciphertext) = (Hex(test, "key"), Hex(test, "msg"), Hex(test, "ct"));
                var valid = test.GetProperty("result").GetString() == "valid";
                if (ciphertext.Length < 24 || ciphertext.Length % 8 != 0)
                {
                    Assert.False(valid);
                    Assert.Throws<ArgumentException>(() => AesKeyWrap.TryUnwrap(key, ciphertext, new byte[Math.Max(0, ciphertext.Length - 8)]));
                    continue;
                }

                var plaintext = new byte[ciphertext.Length - AesKeyWrap.Overhead];
                Assert.True(AesKeyWrap.TryUnwrap(key, ciphertext, plaintext) == valid, $"tcId {test.GetProperty("tcId")}");
                if (!valid)
                {
                    Assert.All(plaintext, octet => Assert.Equal(0, octet));
                    refused++;
                    continue;
                }

                Assert.Equal(message, plaintext);
                var again = new byte[ciphertext.Length];
                AesKeyWrap.Wrap(key, message, again);
                Assert.Equal(ciphertext, again);
                wrapped++;
            }
        }

        Assert.True(wrapped > 20 && refused > 20, $"{wrapped} {refused}");
    }

    private static byte[] Hex(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);
}
