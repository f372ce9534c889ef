using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SecureExchange.Testing;

/// <summary>Makes JWTs by hand, so that they can be wrong in any way.</summary>
public static class Jwt
{
    public static string Sign(ECDsa key, string header, string payload) => Join(
        header, payload, signed => key.SignData(signed, HashAlgorithmName.SHA256));

    public static string Sign(RSA key, string header, string payload) => Join(
        header, payload, signed => key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public static string Mac(byte[] key, string header, string payload) => Join(header, payload, signed => HMACSHA256.HashData(key, signed));

    public static string Unsigned(string header, string payload) => $"{Encode(header)}.{Encode(payload)}.";

    public static string Json(object value) => JsonSerializer.Serialize(value);

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public static long Now(int seconds) => TimeProvider.System.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();

    private static string Join(string header, string payload, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }
}
