using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SecureExchange.Cli.SignIn;

/// <summary>Signs a machine in: an assertion under its own key (RFC 7523) for a short token of the gateway.</summary>
internal static class MachineSignIn
{
    private const int LeastRsaBits = 3072;
    private const int AssertionSeconds = 60;

    internal static async Task<Login> RunAsync(Uri gateway, string keyFile, string machine, CancellationToken ct)
    {
        // The address that is really spoken to, whatever a gateway may say: shown to another one, the assertion is worth nothing.
        var address = new Uri(new Uri(gateway.AbsoluteUri.TrimEnd('/') + "/"), "v1/token");
        using var client = new GatewayClient(gateway, token: null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                ["client_assertion"] = Assert(keyFile, machine, address.AbsoluteUri),
            }),
        };
        return await TokenAnswer.ReadAsync(client, request, ct) with { KeyFile = Path.GetFullPath(keyFile), Machine = machine };
    }

    private static string Assert(string keyFile, string machine, string audience)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(keyFile) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
            throw new CliException(Terminal.Usage, $"{keyFile}: others on this machine may read the key; chmod 600 it");
        var pem = File.ReadAllText(keyFile);
        using var ecdsa = TryEcdsa(pem);
        using var rsa = ecdsa is null ? Rsa(pem, keyFile) : null;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var header = Encode(new { alg = ecdsa is null ? "PS256" : "ES256", typ = "JWT" });
        var payload = Encode(new
        {
            iss = machine,
            sub = machine,
            aud = audience,
            iat = now,
            nbf = now,
            exp = now + AssertionSeconds,
            jti = RandomNumberGenerator.GetHexString(32, lowercase: true),
        });
        var signed = Encoding.ASCII.GetBytes($"{header}.{payload}");
        var signature = ecdsa?.SignData(signed, HashAlgorithmName.SHA256)
            ?? rsa!.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        return $"{header}.{payload}.{Base64Url.EncodeToString(signature)}";
    }

    private static ECDsa? TryEcdsa(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            return null;
        }
    }

    private static RSA Rsa(string pem, string keyFile)
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize >= LeastRsaBits) return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Said below, as of a key that is too short.
        }

        key.Dispose();
        throw new CliException(Terminal.Usage, $"{keyFile}: not a private key in PEM of P-256, or RSA with {LeastRsaBits} bits or more");
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
