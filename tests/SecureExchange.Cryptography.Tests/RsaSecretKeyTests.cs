using System.Numerics;
using System.Security.Cryptography;

namespace SecureExchange.Cryptography.Tests;

public class RsaSecretKeyTests
{
    private static readonly RSAParameters s_key = Generate();

    [Fact]
    public void The_bare_operation_undoes_the_public_one()
    {
        using var key = Import(s_key)!;
        var padded = new byte[key.Size];
        padded[0] = 0;
        RandomNumberGenerator.Fill(padded.AsSpan(1));
        var cipher = BigInteger.ModPow(Big(padded), Big(s_key.Exponent!), Big(s_key.Modulus!));
        var back = new byte[key.Size];

        Assert.True(key.TryDecryptRaw(Octets(cipher, key.Size), back));
        Assert.Equal(padded, back);
        Assert.False(key.TryDecryptRaw(Enumerable.Repeat((byte)0xFF, key.Size).ToArray(), back));
    }

    [Fact]
    public void Its_signatures_verify()
    {
        using var key = Import(s_key)!;
        using var rsa = RSA.Create(new RSAParameters { Modulus = s_key.Modulus, Exponent = s_key.Exponent });
        var digest = SHA256.HashData("message"u8);
        var signature = new byte[key.Size];
        key.SignDigest(digest, HashAlgorithmName.SHA256, signature);

        Assert.True(rsa.VerifyHash(digest, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    [Fact]
    public void A_key_with_any_altered_part_is_refused()
    {
        using (var key = Import(s_key)) Assert.NotNull(key);
        foreach (var part in new[] { "n", "e", "d", "p", "q", "u" })
        {
            foreach (var at in new[] { 0, 1, -1 })
            {
                if (part == "e" && at != -1) continue;
                using var altered = Import(s_key, part, at);
                Assert.True(altered is null, $"{part} {at}");
            }
        }
    }

    /// <summary>With OpenPGP's u = p⁻¹ mod q, and one bit of one part flipped.</summary>
    private static RsaSecretKey? Import(RSAParameters key, string? altered = null, int at = 0)
    {
        // Roles of p and q are exchanged, so that .NET's q⁻¹ mod p is OpenPGP's p⁻¹ mod q.
        RsaSecretKey.TryImport(
            Part("n", key.Modulus!), Part("e", key.Exponent!), Part("d", key.D!), Part("p", key.Q!), Part("q", key.P!),
            Part("u", key.InverseQ!), out var result);
        return result;

        byte[] Part(string name, byte[] value)
        {
            var copy = value.AsSpan().TrimStart((byte)0).ToArray();
            if (name == altered) copy[at < 0 ? copy.Length + at : at] ^= 2;
            return copy;
        }
    }

    private static RSAParameters Generate()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportParameters(includePrivateParameters: true);
    }

    private static BigInteger Big(byte[] octets) => new(octets, isUnsigned: true, isBigEndian: true);

    private static byte[] Octets(BigInteger value, int size)
    {
        var octets = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[size - octets.Length], .. octets];
    }
}
