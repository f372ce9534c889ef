using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Identity;

/// <summary>A person signs in at a terminal with a real provider (npm oidc-provider); the test is the browser.</summary>
public sealed partial class DeviceSignInTests
{
    private const string Audience = "https://exchange.example.com";

    [Fact(Timeout = 90_000)]
    public async Task A_person_signs_in_with_a_browser_stays_signed_in_and_signs_out()
    {
        using var folder = new TempFolder();
        using var provider = await StartProviderAsync();
        await File.WriteAllTextAsync(folder.File("identity.yaml"), $$"""
            parties: { northwind: [client] }
            issuers:
              northwind:
                kind: oidc
                authority: {{provider.Issuer}}
                audience: {{Audience}}
                party: northwind
                device-sign-in: { client-id: sx, scope: openid offline_access exchange, resource: "{{Audience}}" }
            """);
        await using var gateway = await GatewayProcess.StartAsync("--identity", folder.File("identity.yaml"));
        var sx = new Sx(gateway, folder.Path, "maria");
        using var login = sx.Start("login");
        var page = await login.SaidAsync(Page());
        await ConfirmAsync(page.Value, "maria-1");
        Assert.Equal(0, await login.EndAsync());
        Assert.Matches(@"^northwind/maria-1 \(client.uploader\), says northwind, until ", await sx.DoAsync("whoami"));

        // After the access token's hour: the refresh token gets the next, and is itself replaced.
        var kept = Directory.EnumerateFiles(folder.File("maria.config"), "*", SearchOption.AllDirectories).Single(f => !f.EndsWith(".lock", StringComparison.Ordinal));
        var before = await File.ReadAllTextAsync(kept);
        await File.WriteAllTextAsync(kept, Expiry().Replace(before, "\"Expires\":0"));
        Assert.StartsWith("northwind/maria-1", await sx.DoAsync("whoami"), StringComparison.Ordinal);
        Assert.NotEqual(Token().Match(before).Value, Token().Match(await File.ReadAllTextAsync(kept)).Value);

        await sx.DoAsync("logout");
        Assert.False(File.Exists(kept));
        // The provider ended it too: what was kept is worth nothing.
        await File.WriteAllTextAsync(kept, Expiry().Replace(before, "\"Expires\":0"));
        Assert.Contains("sign in again", (await sx.RunAsync("whoami")).Errors, StringComparison.Ordinal);
    }

    /// <summary>What a person does in a browser: confirms the code, signs in, consents.</summary>
    private static async Task ConfirmAsync(string page, string name)
    {
        var cookies = new CookieContainer();
        using var http = new HttpClient(new HttpClientHandler { CookieContainer = cookies });
        var address = new Uri(page);
        for (var step = 0; step < 6; step++)
        {
            using var shown = await http.GetAsync(address);
            (address, var html) = (shown.RequestMessage!.RequestUri!, await shown.Content.ReadAsStringAsync());
            var done = await SubmitAsync(http, address, html, name);
            if (done is null) return;
            address = done;
        }
    }

    /// <returns>Where the browser is then; null where no form is left.</returns>
    private static async Task<Uri?> SubmitAsync(HttpClient http, Uri address, string html, string name)
    {
        while (Form().Match(html) is { Success: true } form)
        {
            var fields = Input().Matches(html).ToDictionary(i => i.Groups["name"].Value, i => i.Groups["value"].Value, StringComparer.Ordinal);
            if (html.Contains("name=\"login\"", StringComparison.Ordinal)) (fields["login"], fields["password"]) = (name, "any");
            using var answer = await http.PostAsync(new Uri(address, form.Groups[1].Value), new FormUrlEncodedContent(fields));
            (address, html) = (answer.RequestMessage!.RequestUri!, await answer.Content.ReadAsStringAsync());
        }

        return null;
    }

    private static async Task<RunningProvider> StartProviderAsync()
    {
        var main = Path.Combine(Checkout.Root, "tests/peers/oidc-provider.mjs");
        if (!Directory.Exists(Path.Combine(Checkout.Root, "tests/peers/node_modules/oidc-provider"))) Peer.Missing("oidc-provider isn't installed: npm ci in tests/peers");
        var start = new ProcessStartInfo(Peer.Require("node"), [main, Audience, """{"roles":["client.uploader"]}"""])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await process.StandardOutput.ReadLineAsync(timeout.Token) is { } line)
        {
            if (line.StartsWith("issuer ", StringComparison.Ordinal)) return new RunningProvider(process, line["issuer ".Length..]);
        }

        throw new InvalidOperationException("the provider ended as it started");
    }

    private sealed record RunningProvider(Process Process, string Issuer) : IDisposable
    {
        public void Dispose()
        {
            Process.Kill(entireProcessTree: true);
            Process.Dispose();
        }
    }

    [GeneratedRegex(@"(?<=open )http://\S+(?= in a browser)")]
    private static partial Regex Page();

    [GeneratedRegex("<form[^>]*action=\"([^\"]+)\"")]
    private static partial Regex Form();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"")]
    private static partial Regex Input();

    [GeneratedRegex("\"Expires\":\\d+")]
    private static partial Regex Expiry();

    [GeneratedRegex("\"RefreshToken\":\"[^\"]+\"")]
    private static partial Regex Token();
}
