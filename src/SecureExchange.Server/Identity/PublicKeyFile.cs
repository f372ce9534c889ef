using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace SecureExchange.Server.Identity;

/// <summary>A machine's public key in PEM: P-256, or RSA with 3072 bits or more.</summary>
internal static class PublicKeyFile
{
    private const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>The key, and the one algorithm that goes with it.</summary>
    /// <returns>A sentence instead, where the file holds no such key.</returns>
    internal static (SecurityKey? Key, string Algorithm, string? Fault) Read(string path)
    {
        try
        {
            var pem = File.ReadAllText(path);
            if (pem.Contains("PRIVATE", StringComparison.Ordinal))
                return Wrong("this is a private key: keep it on its machine, and put its public key here");
            return IsRsa(pem) ? ReadRsa(pem) : ReadEcdsa(pem);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return Wrong("there is no public key in PEM that can be read (P-256, or RSA with 3072 bits or more)");
        }
    }

    private static bool IsRsa(string pem)
    {
        using var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(pem);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false; // Another kind of key says so in no better way.
        }
    }

    private static (SecurityKey? Key, string Algorithm, string? Fault) ReadRsa(string pem)
    {
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return rsa.KeySize is >= 3072 and <= 8192
            ? (new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSsaPssSha256, null)
            : Wrong("an RSA key has to have 3072 to 8192 bits");
    }

    private static (SecurityKey? Key, string Algorithm, string? Fault) ReadEcdsa(string pem)
    {
        var ecdsa = ECDsa.Create();
        ecdsa.ImportFromPem(pem);
        return ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256
            ? (new ECDsaSecurityKey(ecdsa), SecurityAlgorithms.EcdsaSha256, null)
            : Wrong("of elliptic curves only P-256");
    }

    private static (SecurityKey? Key, string Algorithm, string? Fault) Wrong(string fault) => (null, "", fault);
}
