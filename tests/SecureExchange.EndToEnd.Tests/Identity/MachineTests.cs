using System.Net;
using System.Security.Cryptography;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Identity;

/// <summary>Machines, which sign in with a key of their own, and people with a link.</summary>
public sealed class MachineTests(IdentityGateway gateway) : IClassFixture<IdentityGateway>
{
    private Sx Machine => new(gateway.Process, gateway.Folder, "machine");

    [Fact(Timeout = 60_000)]
    public async Task A_machine_signs_in_with_its_key_and_goes_on_by_itself()
    {
        var said = await Machine.DoAsync("login", "--key", "svc.key.pem", "--machine", "northwind/svc-claims");
        Assert.StartsWith("northwind/svc-claims (client.uploader, client.admin), says gateway, until ", said, StringComparison.Ordinal);
        Assert.Equal(said, await Machine.DoAsync("whoami"));
        var kept = Directory.EnumerateFiles(Path.Combine(gateway.Folder, "machine.config"), "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal));
        var login = Assert.Single(kept);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(login));

        // As it is after ten minutes: the next command gets a new token.
        var text = await File.ReadAllTextAsync(login);
        await File.WriteAllTextAsync(login, System.Text.RegularExpressions.Regex.Replace(text, "\"Expires\":\\d+", "\"Expires\":0"));
        Assert.StartsWith("northwind/svc-claims", await Machine.DoAsync("whoami"), StringComparison.Ordinal);

        await Machine.DoAsync("logout");
        Assert.Equal(1, (await Machine.RunAsync("whoami")).ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_assertion_is_good_once_and_its_token_is_logged()
    {
        var assertion = Assertion(Claims());
        using var first = await ExchangeAsync(assertion);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await gateway.LoggedAsync(Problem.Event(first)!, "signin.granted", reason: null);
        using var again = await ExchangeAsync(assertion);
        await RefusedAsync(again, "replayed");
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "another gateway's audience", "wrong-audience" },
        { "two audiences", "wrong-audience" },
        { "another machine", "wrong-issuer" },
        { "sub of another", "invalid" },
        { "another key", "invalid" },
        { "expired", "expired" },
        { "too long", "invalid" },
        { "no jti", "invalid" },
        { "an access token", "invalid" },
        { "a MAC", "invalid" },
        { "oversized", "oversized" },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_assertion_is_refused_and_logged(string what, string reason)
    {
        var claims = Claims();
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        switch (what)
        {
            case "another gateway's audience": claims["aud"] = "https://another.example.com/v1/token"; break;
            case "two audiences": claims["aud"] = (string[])[(string)claims["aud"], "https://another.example.com/v1/token"]; break;
            case "another machine": (claims["iss"], claims["sub"]) = ("northwind/svc-other", "northwind/svc-other"); break;
            case "sub of another": claims["sub"] = "northwind/admin-1"; break;
            case "expired": claims["exp"] = Jwt.Now(-40); break;
            case "too long": claims["exp"] = Jwt.Now(3600); break;
            case "no jti": claims.Remove("jti"); break;
            case "oversized": claims["more"] = new string('x', 10_000); break;
            default: break;
        }

        using var answer = await ExchangeAsync(what switch
        {
            "another key" => Jwt.Sign(another, """{"alg":"ES256"}""", Jwt.Json(claims)),
            "an access token" => gateway.Northwind.Sign(gateway.NorthwindClaims()),
            "a MAC" => Jwt.Mac(File.ReadAllBytes(Path.Combine(gateway.Folder, "svc.pub.pem")), """{"alg":"HS256"}""", Jwt.Json(claims)),
            _ => Assertion(claims),
        });
        await RefusedAsync(answer, reason);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_link_signs_in_once()
    {
        var link = await Machine.DoAsync("token", "link", "--data", gateway.Process.Data, "--party", "operations", "--caller", "op-1", "--role", "operator");
        var person = new Sx(gateway.Process, gateway.Folder, "person");
        Assert.StartsWith("operations/op-1 (operator), says embedded", await person.DoAsync("login", "--link", link), StringComparison.Ordinal);
        var again = await person.RunAsync("login", "--link", link);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("token.replayed", again.Errors, StringComparison.Ordinal);
        // Neither is a link a token, nor a token a link.
        await gateway.RefusedAsync(link[(link.IndexOf('#', StringComparison.Ordinal) + 1)..], "wrong-audience");
        var token = (await new Sx(gateway.Process, gateway.Folder, "operator").SignInAsync("operations", "operator")).Token;
        Assert.Contains("token.invalid", (await person.RunAsync("login", "--link", $"{gateway.Process.Url}sign-in#{token}")).Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_link_for_a_party_that_is_not_the_embedded_issuers_is_refused()
    {
        var link = await Machine.DoAsync("token", "link", "--data", gateway.Process.Data, "--party", "northwind", "--caller", "op-1", "--role", "client.admin");
        Assert.Contains("token.no-caller", (await Machine.RunAsync("login", "--link", link)).Errors, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_others_may_read_signs_nothing()
    {
        var copy = Path.Combine(gateway.Folder, "open.key.pem");
        File.Copy(Path.Combine(gateway.Folder, "svc.key.pem"), copy);
        File.SetUnixFileMode(copy, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", (await Machine.RunAsync("login", "--key", copy, "--machine", "northwind/svc-claims")).Errors, StringComparison.Ordinal);
    }

    private Dictionary<string, object> Claims() => new()
    {
        ["iss"] = "northwind/svc-claims",
        ["sub"] = "northwind/svc-claims",
        ["aud"] = new Uri(gateway.Process.Url, "v1/token").AbsoluteUri,
        ["exp"] = Jwt.Now(60),
        ["jti"] = Guid.NewGuid().ToString("n"),
    };

    private string Assertion(object claims)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(gateway.Folder, "svc.key.pem")));
        return Jwt.Sign(key, """{"alg":"ES256","typ":"JWT"}""", Jwt.Json(claims));
    }

    private async Task<HttpResponseMessage> ExchangeAsync(string assertion)
    {
        using var http = new HttpClient();
        return await http.PostAsync(new Uri(gateway.Process.Url, "v1/token"), new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = assertion,
        }));
    }

    private async Task RefusedAsync(HttpResponseMessage answer, string reason)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal($"token.{reason}", await Problem.CodeAsync(answer));
        await gateway.LoggedAsync(Problem.Event(answer)!, "signin.refused", reason);
    }
}
