namespace SecureExchange.Cryptography.Tests;

public class Curve448Tests
{
    [Fact]
    public void Ed448_agrees_with_Wycheproof()
    {
        foreach (var (group, test) in Wycheproof.Read("asymmetric/wycheproof/ed448_test.json"))
        {
            var key = group.GetProperty("publicKey").Bytes("pk");
            Assert.True(Ed448.Verify(key, test.Bytes("msg"), test.Bytes("sig")) == test.IsValid(), test.Id());
        }
    }

    [Fact]
    public void X448_agrees_with_Wycheproof_and_refuses_points_of_small_order()
    {
        var secret = new byte[X448.Size];
        var refused = 0;
        foreach (var (_, test) in Wycheproof.Read("asymmetric/wycheproof/x448_test.json"))
        {
            var (peer, expected) = (test.Bytes("public"), test.Bytes("shared"));
            if (peer.Length != X448.Size)
            {
                Assert.Throws<ArgumentException>(() => X448.TryAgree(test.Bytes("private"), peer, secret));
                continue;
            }

            var agreed = X448.TryAgree(test.Bytes("private"), peer, secret);
            Assert.Equal(expected.Any(b => b != 0), agreed);
            Assert.Equal(expected, secret);
            if (!agreed) refused++;
        }

        Assert.True(refused > 0);
    }

    /// <summary>RFC 8032 §7.4, "1 octet".</summary>
    [Fact]
    public void Ed448_signs_as_the_RFC_does()
    {
        var secret = Convert.FromHexString(
            "c4eab05d357007c632f3dbb48489924d552b08fe0c353a0d4a1f00acda2c463afbea67c5e8d2877c5e3bc397a659949ef8021e954e0a12274e");
        var publicKey = new byte[Ed448.PublicKeySize];
        var signature = new byte[Ed448.SignatureSize];
        Ed448.DerivePublicKey(secret, publicKey);
        Ed448.Sign(secret, [0x03], signature);
        Assert.Equal(
            "43ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb00742802b8438ea4cb82169c235160627b4c3a9480",
            Convert.ToHexStringLower(publicKey));
        Assert.Equal(
            "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633fc1bf037ab7cd779805e0dbcc0aae1cb"
            + "cee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0ff3348ab21aa4adafd1d234441cf807c03a00",
            Convert.ToHexStringLower(signature));
        Assert.True(Ed448.Verify(publicKey, [0x03], signature));
        Assert.False(Ed448.Verify(publicKey, [0x04], signature));
    }
}
