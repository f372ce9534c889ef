using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>Tokens that an attacker has made or changed (RFC 8725).</summary>
public sealed class TokenTests(Gateways gateways, PartyKeys keys)
{
    public static TheoryData<string, string> Attacks => new()
    {
        { "no signature, alg none", "invalid" },
        { "a MAC under the public key", "invalid" },
        { "signed by another key", "invalid" },
        { "another payload under the signature", "invalid" },
        { "expired", "expired" },
        { "not yet valid", "not-yet-valid" },
        { "without an end", "invalid" },
        { "for another audience", "wrong-audience" },
        { "of another issuer", "wrong-issuer" },
        { "without roles", "no-caller" },
        { "with a role that nobody knows", "no-caller" },
        { "with two parties", "no-caller" },
        { "not a token", "invalid" },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Attacks))]
    public async Task A_forged_token_is_refused_and_the_attempt_logged(string attack, string reason)
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var pem = await File.ReadAllTextAsync(Path.Combine(exchange.Gateway.Process.Data, "keys", "issuer.pem"));
        using var issuer = ECDsa.Create();
        issuer.ImportFromPem(pem);
        var path = $"v1/agreements/{exchange.Agreement}";
        var good = Sign(issuer, "ES256", Claims(exchange.ClientParty));
        using (var taken = await exchange.Http(null, good).GetAsync(path)) Assert.Equal(HttpStatusCode.OK, taken.StatusCode);

        using var refused = await exchange.Http(null, Forge(attack, exchange.ClientParty, issuer, good)).GetAsync(path);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal($"token.{reason}", await Problem.CodeAsync(refused));
        Assert.Equal("Bearer error=\"invalid_token\"", refused.Headers.WwwAuthenticate.ToString());
        var operations = await new Sx(exchange.Gateway.Process, exchange.Folder, "operator").SignInAsync("operations", "operator");
        using var entry = await exchange.Http(operations).GetAsync($"v1/audit/events/{Problem.Event(refused)}");
        using var json = JsonDocument.Parse(await entry.Content.ReadAsStringAsync());
        Assert.Equal(
            ("signin.refused", reason), (json.RootElement.GetProperty("kind").GetString(), json.RootElement.GetProperty("reason").GetString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_token_only_what_is_for_everybody_is_answered()
    {
        using var exchange = await Exchange.CreateAsync(
            await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = Small.Profile });
        var id = await exchange.SendAsync(Small.People(4));
        var http = exchange.Http(who: null);
        foreach (var open in (string[])["v1/gateway/certificate", "health/live", "health/ready", "metrics", "openapi/v1.json", "audit/gateway/checkpoint"])
        {
            using var answer = await http.GetAsync(open);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{open}: {answer.StatusCode}");
        }

        foreach (var closed in (string[])
            [
                "v1/agreements", $"v1/agreements/{exchange.Agreement}", $"v1/transfers/{id}", $"v1/transfers/{id}/content",
                $"v1/agreements/{exchange.Agreement}/records", "v1/audit/logs", "v1/audit/events?log=gateway",
                $"audit/{exchange.Agreement}/checkpoint",
            ])
        {
            using var answer = await http.GetAsync(closed);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{closed}: {answer.StatusCode}");
            Assert.Equal("token.missing", await Problem.CodeAsync(answer));
        }
    }

    private static string Forge(string attack, string party, ECDsa issuer, string good)
    {
        var claims = Claims(party);
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        switch (attack)
        {
            case "no signature, alg none": return $"{Encode(new { alg = "none", typ = "JWT" })}.{Encode(claims)}.";
            case "a MAC under the public key": return Mac(issuer.ExportSubjectPublicKeyInfoPem(), claims);
            case "signed by another key": return Sign(another, "ES256", claims);
            case "another payload under the signature":
                var parts = good.Split('.');
                return $"{parts[0]}.{Encode(claims)[..^4]}AAAA.{parts[2]}";
            case "expired": (claims["nbf"], claims["exp"]) = (Now(-600), Now(-120)); break;
            case "not yet valid": claims["nbf"] = Now(120); break;
            case "without an end": claims.Remove("exp"); break;
            case "for another audience": claims["aud"] = "urn:another"; break;
            case "of another issuer": claims["iss"] = "https://login.example.org"; break;
            case "without roles": claims.Remove("roles"); break;
            case "with a role that nobody knows": claims["roles"] = (string[])["client.admin", "root"]; break;
            case "with two parties": claims["party"] = (string[])[party, "stranger"]; break;
            case "not a token": return "x";
            default: throw new ArgumentOutOfRangeException(nameof(attack));
        }

        return Sign(issuer, "ES256", claims);
    }

    private static Dictionary<string, object> Claims(string party) => new()
    {
        ["iss"] = "urn:secureexchange:local",
        ["aud"] = "urn:secureexchange:gateway",
        ["sub"] = "attacker-1",
        ["party"] = party,
        ["roles"] = (string[])["client.admin"],
        ["nbf"] = Now(-5),
        ["exp"] = Now(600),
    };

    private static long Now(int seconds) => TimeProvider.System.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();

    private static string Sign(ECDsa key, string algorithm, object claims)
    {
        var signed = $"{Encode(new { alg = algorithm, typ = "JWT" })}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    }

    private static string Mac(string publicKey, object claims)
    {
        var signed = $"{Encode(new { alg = "HS256", typ = "JWT" })}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(publicKey), Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
