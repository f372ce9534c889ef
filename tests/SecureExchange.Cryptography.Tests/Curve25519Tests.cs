using System.Text.Json;
using SecureExchange.Testing;

namespace SecureExchange.Cryptography.Tests;

public class Curve25519Tests
{
    [Fact]
    public void Ed25519_agrees_with_Wycheproof()
    {
        using var file = JsonDocument.Parse(Vectors.Read("asymmetric/wycheproof/ed25519_test.json"));
        var seen = 0;
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = Hex(group.GetProperty("publicKey"), "pk");
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var valid = Ed25519.Verify(key, Hex(test, "msg"), Hex(test, "sig"));
                Assert.True(valid == (test.GetProperty("result").GetString() == "valid"), $"tcId {test.GetProperty("tcId")}");
                seen++;
            }
        }

        Assert.True(seen > 100);
    }

    [Fact]
    public void X25519_agrees_with_Wycheproof_and_refuses_points_of_small_order()
    {
        using var file = JsonDocument.Parse(Vectors.Read("asymmetric/wycheproof/x25519_test.json"));
        var secret = new byte[32];
        var refused = 0;
        foreach (var group in file.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                var expected = Hex(test, "shared");
                var agreed = X25519.TryAgree(Hex(test, "private"), Hex(test, "public"), secret);
                Assert.Equal(expected.Any(b => b != 0), agreed);
                Assert.Equal(expected, secret);
                if (!agreed) refused++;
            }
        }

        Assert.True(refused > 0);
    }

    /// <summary>RFC 8032 §7.1, test 2.</summary>
    [Fact]
    public void Ed25519_signs_as_the_RFC_does()
    {
        var secret = Convert.FromHexString("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        var publicKey = new byte[32];
        var signature = new byte[64];
        Ed25519.DerivePublicKey(secret, publicKey);
        Ed25519.Sign(secret, [0x72], signature);
        Assert.Equal("3D4017C3E843895A92B70AA74D1B7EBC9C982CCF2EC4968CC0CD55F12AF4660C", Convert.ToHexString(publicKey));
        Assert.Equal(
            "92A009A9F0D4CAB8720E820B5F642540A2B27B5416503F8FB3762223EBDB69DA"
            + "085AC1E43E15996E458F3613D0F11D8C387B2EAEB4302AEEB00D291612BB0C00",
            Convert.ToHexString(signature));
        Assert.True(Ed25519.Verify(publicKey, [0x72], signature));
        Assert.False(Ed25519.Verify(publicKey, [0x73], signature));
    }

    private static byte[] Hex(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);
}
