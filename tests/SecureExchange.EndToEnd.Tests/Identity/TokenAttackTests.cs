using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Identity;

/// <summary>Tokens that an attacker has made or changed, at a gateway that takes tokens of several providers (RFC 8725).</summary>
public sealed class TokenAttackTests(IdentityGateway gateway) : IClassFixture<IdentityGateway>
{
    public static TheoryData<string, string> Attacks => new()
    {
        { "alg none", "invalid" },
        { "alg None", "invalid" },
        { "alg none with a signature", "invalid" },
        { "HS256 with the RSA public key as PEM", "invalid" },
        { "HS256 with the RSA public key as DER", "invalid" },
        { "HS256 with an empty key", "invalid" },
        { "ES256 with a signature of nothing", "invalid" },
        { "alg that isn't a text", "invalid" },
        { "without a signature", "invalid" },
        { "a changed signature", "invalid" },
        { "a signature with a bit that means nothing", "invalid" },
        { "with padding", "invalid" },
        { "another payload under the signature", "invalid" },
        { "signed by another key of the same name", "invalid" },
        { "signed by another provider's key", "invalid" },
        { "signed by another provider's key and named so", "invalid" },
        { "kid that is a path", "invalid" },
        { "kid that is SQL", "invalid" },
        { "kid that is a URL", "invalid" },
        { "kid that is a number", "invalid" },
        { "kid of 10,000 characters", "invalid" },
        { "no kid", "invalid" },
        { "jwk in the header", "invalid" },
        { "jku in the header", "invalid" },
        { "x5u in the header", "invalid" },
        { "x5c in the header", "invalid" },
        { "crit", "invalid" },
        { "crit with b64", "invalid" },
        { "zip", "invalid" },
        { "nested", "invalid" },
        { "encrypted", "invalid" },
        { "JSON serialization", "invalid" },
        { "alg twice", "invalid" },
        { "sub twice", "invalid" },
        { "sub twice, once escaped", "invalid" },
        { "a name twice below", "invalid" },
        { "JSON with a comment", "invalid" },
        { "JSON with something after it", "invalid" },
        { "a payload that is a list", "invalid" },
        { "deeply nested", "invalid" },
        { "an ID token", "invalid" },
        { "a logout token", "invalid" },
        { "expired", "expired" },
        { "not yet valid", "not-yet-valid" },
        { "without an end", "invalid" },
        { "an end that is a text", "invalid" },
        { "wrong audience", "wrong-audience" },
        { "no audience", "wrong-audience" },
        { "an audience that begins like ours", "wrong-audience" },
        { "wrong issuer", "wrong-issuer" },
        { "an issuer that begins like a good one", "wrong-issuer" },
        { "the embedded issuer for a party that isn't its", "wrong-party" },
        { "another party's claim", "wrong-party" },
        { "a vendor's token with a client's role", "wrong-role" },
        { "a role beside the map", "no-caller" },
        { "a role that nobody knows", "no-caller" },
        { "without roles", "no-caller" },
        { "sub that is a list", "invalid" },
        { "sub with a line break", "no-caller" },
        { "in the name of a machine", "wrong-party" },
        { "oversized", "oversized" },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Attacks))]
    public async Task A_forged_token_is_refused_and_the_attempt_logged(string attack, string reason) =>
        await gateway.RefusedAsync(await ForgeAsync(attack), reason);

    [Theory(Timeout = 60_000)]
    [InlineData("Basic bm9ydGh3aW5kOng=")]
    [InlineData("Bearer")]
    [InlineData("Bearer a b")]
    public async Task A_header_of_another_form_is_refused(string header)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.Process.Url, "v1/whoami"));
        Assert.True(request.Headers.TryAddWithoutValidation("Authorization", header));
        using var answer = await http.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private async Task<string> ForgeAsync(string attack)
    {
        var (key, kid) = (gateway.Northwind.Key, gateway.Northwind.KeyId);
        var claims = gateway.NorthwindClaims();
        var good = $$"""{"alg":"RS256","typ":"at+jwt","kid":"{{kid}}"}""";
        string With(string member) => good[..^1] + "," + member + "}";
        string Header(string kidValue) => $$"""{"alg":"RS256","kid":{{kidValue}}}""";
        string Signed(string header) => Jwt.Sign(key, header, Jwt.Json(claims));
        string Changed(string name, object? value)
        {
            if (value is null) claims.Remove(name);
            else claims[name] = value;
            return Signed(good);
        }

        using var another = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var token = Signed(good);
        var parts = token.Split('.');
        var contoso = gateway.Contoso;
        Dictionary<string, object> ContosoClaims(string org, string group) => new()
        {
            ["iss"] = contoso.Authority,
            ["aud"] = IdentityGateway.Audience,
            ["sub"] = "agent-1",
            ["org"] = org,
            ["groups"] = group,
            ["exp"] = Jwt.Now(600),
        };
        switch (attack)
        {
            case "alg none": return Jwt.Unsigned("""{"alg":"none"}""", Jwt.Json(claims));
            case "alg None": return Jwt.Unsigned("""{"alg":"nOnE"}""", Jwt.Json(claims));
            case "alg none with a signature": return Signed($$"""{"alg":"none","kid":"{{kid}}"}""");
            case "HS256 with the RSA public key as PEM":
                return Jwt.Mac(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem()), $$"""{"alg":"HS256","kid":"{{kid}}"}""", Jwt.Json(claims));
            case "HS256 with the RSA public key as DER":
                return Jwt.Mac(key.ExportSubjectPublicKeyInfo(), $$"""{"alg":"HS256","kid":"{{kid}}"}""", Jwt.Json(claims));
            case "HS256 with an empty key": return Jwt.Mac([], $$"""{"alg":"HS256","kid":"{{kid}}"}""", Jwt.Json(claims));
            case "ES256 with a signature of nothing":
                return $"{Jwt.Encode($$"""{"alg":"ES256","kid":"{{kid}}"}""")}.{parts[1]}.{Base64Url.EncodeToString(new byte[64])}";
            case "alg that isn't a text": return Signed($$"""{"alg":["RS256"],"kid":"{{kid}}"}""");
            case "without a signature": return $"{parts[0]}.{parts[1]}.";
            case "a changed signature": return token[..^4] + (token[^4] == 'A' ? 'B' : 'A') + token[^3..];
            case "a signature with a bit that means nothing":
                return token[..^1] + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".IndexOf(token[^1]) ^ 1];
            case "with padding": return token + "==";
            case "another payload under the signature":
                claims["sub"] = "user-2";
                return $"{parts[0]}.{Jwt.Encode(Jwt.Json(claims))}.{parts[2]}";
            case "signed by another key of the same name": return Jwt.Sign(another, good, Jwt.Json(claims));
            case "signed by another provider's key": return Jwt.Sign(contoso.Key, good, Jwt.Json(claims));
            case "signed by another provider's key and named so":
                contoso.Rotate(); // Both began with a key of the same name.
                return Jwt.Sign(contoso.Key, Header($"\"{contoso.KeyId}\""), Jwt.Json(claims));
            case "kid that is a path": return Signed(Header("\"../../../../dev/null\""));
            case "kid that is SQL": return Signed(Header("\"key-1' UNION SELECT 'x' --\""));
            case "kid that is a URL": return Signed(Header("\"http://127.0.0.1:1/keys\""));
            case "kid that is a number": return Signed(Header("1"));
            case "kid of 10,000 characters": return Signed(Header($"\"{new string('k', 5000)}\""));
            case "no kid": return Signed("""{"alg":"RS256"}""");
            case "jwk in the header":
                var own = another.ExportParameters(false);
                return Jwt.Sign(another, With($$"""
                    "jwk":{"kty":"RSA","n":"{{Base64Url.EncodeToString(own.Modulus)}}","e":"AQAB","kid":"{{kid}}"}
                    """), Jwt.Json(claims));
            case "jku in the header": return Signed(With("\"jku\":\"http://127.0.0.1:1/keys\""));
            case "x5u in the header": return Signed(With("\"x5u\":\"http://127.0.0.1:1/cert\""));
            case "x5c in the header": return Signed(With("\"x5c\":[\"AAAA\"]"));
            case "crit": return Signed(With("\"crit\":[\"exp\"],\"exp\":1"));
            case "crit with b64": return Signed(With("\"crit\":[\"b64\"],\"b64\":false"));
            case "zip": return Signed(With("\"zip\":\"DEF\""));
            case "nested": return Jwt.Sign(key, With("\"cty\":\"JWT\""), $"\"{token}\"");
            case "encrypted": return $"{Jwt.Encode("""{"alg":"dir","enc":"A128GCM"}""")}..AAAA.AAAA.AAAA";
            case "JSON serialization": return $$"""{"payload":"{{parts[1]}}","protected":"{{parts[0]}}","signature":"{{parts[2]}}"}""";
            case "alg twice": return Signed($$"""{"alg":"none","alg":"RS256","kid":"{{kid}}"}""");
            case "sub twice": return Jwt.Sign(key, good, Jwt.Json(claims)[..^1] + ",\"sub\":\"user-2\"}");
            case "sub twice, once escaped": return Jwt.Sign(key, good, Jwt.Json(claims)[..^1] + ",\"s\\u0075b\":\"user-2\"}");
            case "a name twice below": return Jwt.Sign(key, good, Jwt.Json(claims)[..^1] + ",\"more\":{\"a\":1,\"a\":2}}");
            case "JSON with a comment": return Jwt.Sign(key, good, "/* */" + Jwt.Json(claims));
            case "JSON with something after it": return Jwt.Sign(key, good, Jwt.Json(claims) + "{}");
            case "a payload that is a list": return Jwt.Sign(key, good, $"[{Jwt.Json(claims)}]");
            case "deeply nested": return Jwt.Sign(key, good, Jwt.Json(claims)[..^1] + $",\"a\":{new string('[', 60)}{new string(']', 60)}}}");
            case "an ID token": return Changed("nonce", "n-1");
            case "a logout token": return Signed($$"""{"alg":"RS256","typ":"logout+jwt","kid":"{{kid}}"}""");
            case "expired": return Changed("exp", Jwt.Now(-31));
            case "not yet valid": return Changed("nbf", Jwt.Now(60));
            case "without an end": return Changed("exp", null);
            case "an end that is a text": return Changed("exp", "tomorrow");
            case "wrong audience": return Changed("aud", "https://another.example.com");
            case "no audience": return Changed("aud", null);
            case "an audience that begins like ours": return Changed("aud", IdentityGateway.Audience + ".evil.example");
            case "wrong issuer": return Changed("iss", "https://login.example.org");
            case "an issuer that begins like a good one": return Changed("iss", gateway.Northwind.Authority + "/evil");
            case "the embedded issuer for a party that isn't its":
                return (await new Sx(gateway.Process, gateway.Folder, "intruder").SignInAsync("northwind", "client.admin")).Token;
            case "another party's claim": return contoso.Sign(ContosoClaims("n-1", "coders"));
            case "a vendor's token with a client's role":
                return gateway.Entra.Sign(new Dictionary<string, object>
                {
                    ["iss"] = gateway.Entra.IssuerOf(IdentityGateway.ContosoTenant),
                    ["aud"] = IdentityGateway.Audience,
                    ["tid"] = IdentityGateway.ContosoTenant,
                    ["oid"] = "object-1",
                    ["azp"] = "app-1",
                    ["ver"] = "2.0",
                    ["roles"] = (string[])["vendor.agent", "client.admin"],
                    ["exp"] = Jwt.Now(600),
                });
            case "a role beside the map": return contoso.Sign(ContosoClaims("c-17", "client.admin"));
            case "a role that nobody knows": return Changed("roles", (string[])["client.uploader", "root"]);
            case "without roles": return Changed("roles", null);
            case "sub that is a list": return Changed("sub", (string[])["user-1", "user-2"]);
            case "sub with a line break": return Changed("sub", "user-1\nroot");
            case "in the name of a machine": return Changed("sub", "svc-claims");
            case "oversized": return Changed("more", new string('x', 12_000));
            default: throw new ArgumentOutOfRangeException(nameof(attack));
        }
    }
}
