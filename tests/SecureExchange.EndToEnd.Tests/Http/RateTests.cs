using System.Net;
using System.Net.Http.Headers;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Http;

/// <summary>Requests that are merely many.</summary>
public sealed class RateTests
{
    [Fact(Timeout = 60_000)]
    public async Task Who_asks_too_often_is_told_when_to_come_again_and_nobody_else_is_kept_waiting()
    {
        using var folder = new TempFolder();
        await using var gateway = await GatewayProcess.StartAsync("--caller-rate", "1", "--party-rate", "2");
        var eager = (await new Sx(gateway, folder.Path, "eager").SignInAsync("northwind", "client.uploader")).Token;
        var other = (await new Sx(gateway, folder.Path, "other").SignInAsync("contoso", "vendor.agent")).Token;
        // Six at once, and one a second: of thirty most are refused, however slow this machine is.
        var refused = await CountAsync(gateway, eager, 30);
        Assert.InRange(refused, 1, 24);
        Assert.Equal(0, await CountAsync(gateway, other, 6));
    }

    [Fact(Timeout = 60_000)]
    public async Task Sign_ins_of_one_address_are_counted_too()
    {
        await using var gateway = await GatewayProcess.StartAsync();
        using var http = new HttpClient();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => http.PostAsync(
            new Uri(gateway.Url, "v1/token"),
            new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "urn:secureexchange:sign-in-link", ["link"] = "x" }))));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Unauthorized);
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        foreach (var answer in answers) answer.Dispose();
    }

    /// <returns>How many were refused.</returns>
    private static async Task<int> CountAsync(GatewayProcess gateway, string token, int requests)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var refused = 0;
        foreach (var asking in Enumerable.Range(0, requests).Select(_ => http.GetAsync(new Uri(gateway.Url, "v1/whoami"))).ToList())
        {
            using var answer = await asking;
            if (answer.StatusCode == HttpStatusCode.OK) continue;
            Assert.Equal("gateway.rate-limited", await Problem.CodeAsync(answer));
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            refused++;
        }

        return refused;
    }
}
