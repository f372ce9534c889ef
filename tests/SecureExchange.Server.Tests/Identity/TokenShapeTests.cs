using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SecureExchange.Server.Identity;
using SecureExchange.Testing;

namespace SecureExchange.Server.Tests.Identity;

public sealed class TokenShapeTests
{
    private const string Payload = """{"iss":"i","sub":"s"}""";

    [Fact]
    public void A_token_is_read_once_and_the_same_way_by_everybody()
    {
        var shape = TokenShape.Read(Token("""{"alg":"RS256","kid":"k","typ":"at+jwt"}""", """{"iss":"i","aud":["a","b"],"exp":9,"n":{"m":[1]}}"""));
        Assert.NotNull(shape);
        Assert.Equal(("RS256", "k", "i", 9L, true), (shape.Algorithm, shape.KeyId, shape.Issuer, shape.Time("exp"), shape.IsAccessToken));
        Assert.Equal(["a", "b"], shape.Claims("aud"));
        Assert.Null(shape.Claims("n"));
        Assert.Null(shape.Claim("aud"));
        Assert.Empty(shape.Claims("absent")!);
    }

    [Theory]
    [InlineData("""{"alg":"RS256","alg":"RS256"}""", Payload)]
    [InlineData("""{"alg":"RS256"}""", """{"iss":"i","iss":"i"}""")]
    [InlineData("""{"alg":"RS256"}""", """{"iss":"i","a":{"b":1,"b":1}}""")]
    [InlineData("""{"alg":"RS256"}""", """{"sub":"s"}""")]
    [InlineData("""{"alg":"RS256"}""", """{"iss":["i"]}""")]
    [InlineData("""{"alg":1}""", Payload)]
    [InlineData("""{"alg":"RS256","kid":null}""", Payload)]
    [InlineData("""{"alg":"RS256","crit":[]}""", Payload)]
    [InlineData("""{"alg":"RS256"} """ + "x", Payload)]
    [InlineData("", Payload)]
    [InlineData("""{"alg":"RS256"}""", """{"iss":"i","sub":"\ud800"}""")]
    [InlineData("""{"alg":"RS256"}""", """{"iss":"i","a":[{"\udfff":1}]}""")]
    [InlineData("""{"alg":"RS256"}""", "\"text\"")]
    public void A_token_of_two_readings_has_none(string header, string payload) => Assert.Null(TokenShape.Read(Token(header, payload)));

    [Fact]
    public void Another_spelling_of_the_same_bytes_is_not_the_same_token()
    {
        var token = Token("""{"alg":"RS256"}""", Payload); // The payload ends in a character with unused bits.
        Assert.NotNull(TokenShape.Read(token));
        foreach (var other in (string[])[token + "=", token.Replace(".", ". ", StringComparison.Ordinal), token + ".", "." + token, token + "\n"])
            Assert.Null(TokenShape.Read(other));
        Assert.Null(TokenShape.Read(new string('a', TokenShape.MaxLength + 1)));
    }

    [Fact]
    public void Whatever_a_stranger_sends_nothing_but_null_comes_back()
    {
        var dice = new Dice(20261127);
        var token = Encoding.ASCII.GetBytes(Token("""{"alg":"RS256","kid":"k"}""", """{"iss":"i","aud":["a"],"exp":1,"deep":[[{}]]}"""));
        for (var i = 0; i < 20_000; i++)
        {
            var altered = token.ToArray();
            for (var changes = 1 + dice.Next(4); changes > 0; changes--) altered[dice.Next(altered.Length)] = (byte)dice.Next(256);
            _ = TokenShape.Read(Encoding.Latin1.GetString(altered, 0, 1 + dice.Next(altered.Length)));
        }
    }

    /// <summary>Project Wycheproof's signatures: what is false there, and has a compact form, is refused here, by the strict
    /// reading or by the library behind it. (What is right there may be refused: other algorithms, no issuer.)</summary>
    [Fact]
    public async Task No_false_signature_of_Wycheproof_passes()
    {
        using var vectors = JsonDocument.Parse(Vectors.Read("jose/wycheproof/json_web_signature_test.json"));
        var handler = new JsonWebTokenHandler();
        var (seen, good) = (0, 0);
        foreach (var group in vectors.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var keys = Keys(group);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                if (test.GetProperty("jws") is not { ValueKind: JsonValueKind.String } jws) continue;
                seen++;
                var result = await handler.ValidateTokenAsync(jws.GetString()!, new TokenValidationParameters
                {
                    IssuerSigningKeys = keys,
                    ValidAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"],
                    ValidateAudience = false,
                    ValidateIssuer = false,
                    ValidateLifetime = false,
                });
                if (result.IsValid) good++;
                Assert.False(
                    result.IsValid && test.GetProperty("result").GetString() == "invalid",
                    $"test {test.GetProperty("tcId")}: {test.GetProperty("comment")}");
            }
        }

        Assert.InRange(seen, 100, int.MaxValue);
        Assert.InRange(good, 1, seen);
    }

    private static IEnumerable<SecurityKey> Keys(JsonElement group)
    {
        foreach (var name in (string[])["public", "private"])
        {
            if (!group.TryGetProperty(name, out var key)) continue;
            try
            {
                return JsonWebKeySet.Create(key.TryGetProperty("keys", out _) ? key.GetRawText() : $$"""{"keys":[{{key.GetRawText()}}]}""").GetSigningKeys();
            }
            catch (ArgumentException)
            {
                return [];
            }
        }

        return [];
    }

    private static string Token(string header, string payload) => $"{Jwt.Encode(header)}.{Jwt.Encode(payload)}.AAAA";

    /// <summary>The same throws in each run.</summary>
    private sealed class Dice(ulong seed)
    {
        private ulong _state = seed;

        internal int Next(int below)
        {
            _state = (_state * 6364136223846793005) + 1442695040888963407;
            return (int)((_state >> 33) % (ulong)below);
        }
    }
}
