using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Access;

/// <summary>One client and one vendor with an agreement in each state, and a caller of every party in every role.</summary>
internal sealed class SweepWorld : IAsyncDisposable
{
    internal const string NoTransfer = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

    private readonly GatewayProcess _gateway;
    private readonly PartyKeys _keys;
    private readonly TempFolder _folder = new();
    private readonly ECDsa _issuer = ECDsa.Create();
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<(string, string, string), string> _tokens = new();

    private SweepWorld(GatewayProcess gateway, PartyKeys keys)
    {
        (_gateway, _keys) = (gateway, keys);
        _http = new HttpClient { BaseAddress = gateway.Url, Timeout = TimeSpan.FromSeconds(60) };
    }

    /// <summary>A transfer in each state in which there can be one.</summary>
    internal Dictionary<string, string> Transfers { get; } = [];

    /// <summary>A reveal of it that its agent has asked for.</summary>
    internal Dictionary<string, string> Reveals { get; } = [];

    internal string BlobFolder => Path.Combine(_gateway.Data, "blobs");

    internal static string AgreementIn(string state) => $"client.{state}";

    internal static async Task<SweepWorld> StartAsync(PartyKeys keys)
    {
        var world = new SweepWorld(await GatewayProcess.StartAsync("--caller-rate", "100000", "--party-rate", "100000"), keys);
        world._issuer.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(world._gateway.Data, "keys", "issuer.pem")));
        File.WriteAllText(world._folder.File("client.asc"), keys["client", GpgKeyKind.Curve25519].Certificate);
        File.WriteAllText(world._folder.File("vendor.asc"), keys["vendor", GpgKeyKind.Curve25519].Certificate);
        File.WriteAllText(world._folder.File("approver.asc"), keys["client", GpgKeyKind.Rsa3072].Certificate);
        File.WriteAllText(world._folder.File("client.sec.asc"), keys["client", GpgKeyKind.Curve25519].Secret);
        File.WriteAllText(world._folder.File("vendor.sec.asc"), keys["vendor", GpgKeyKind.Curve25519].Secret);
        File.WriteAllText(world._folder.File("profile.yaml"), Small.Profile);
        var client = await new Sx(world._gateway, world._folder.Path, "client").SignInAsync("client", "client.admin");
        var vendor = await new Sx(world._gateway, world._folder.Path, "vendor").SignInAsync("vendor", "vendor.admin");
        await Task.WhenAll(SweepTable.States.Select(state => world.MakeAsync(state, client, vendor)));
        return world;
    }

    /// <summary>The routes that the gateway says it has.</summary>
    internal async Task<IReadOnlyList<string>> RoutesAsync()
    {
        using var api = JsonDocument.Parse(await _http.GetStringAsync("openapi/v1.json"));
        return [.. from path in api.RootElement.GetProperty("paths").EnumerateObject()
                   from method in path.Value.EnumerateObject()
                   select $"{method.Name.ToUpperInvariant()} {path.Name}"];
    }

    /// <summary>Sends a request as somebody; as nobody where there is no role.</summary>
    internal async Task<(int Status, string? Code, string? Event)> SendAsync(SweepRow row, string url, string transfer, string party, string? role)
    {
        using var request = new HttpRequestMessage(new HttpMethod(row.Method), url);
        if (role is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(party, role));
        if (row.Body is not null) request.Content = new StringContent(row.Body.Replace("{id}", transfer, StringComparison.Ordinal), Encoding.UTF8, "text/plain");
        using var answer = await _http.SendAsync(request);
        var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
        return ((int)answer.StatusCode, isProblem ? await Problem.CodeAsync(answer) : null, Problem.Event(answer));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _issuer.Dispose();
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    private async Task MakeAsync(string state, Sx client, Sx vendor)
    {
        var agreement = AgreementIn(state);
        File.WriteAllText(_folder.File($"{state}.yaml"), Document(state));
        var key = state == "draft" ? (string[])[] : ["--secret-key", "client.sec.asc"];
        await client.DoAsync(["agreement", "create", $"{state}.yaml", .. key]);
        if (state is "draft" or "proposed") return;
        await vendor.DoAsync("agreement", "sign", agreement, "--secret-key", "vendor.sec.asc");
        if (state == "signed") return;
        var transfer = await PostAsync($"v1/agreements/{agreement}/transfers", Small.People(2), "client", "client.uploader", "transfer", who: "sender-1");
        var agent = await new Sx(_gateway, _folder.Path, $"agent-{state}").SignInAsync("vendor", "vendor.agent");
        await agent.DoAsync("fetch", transfer, "--decrypt", "--secret-key", "vendor.sec.asc", "-o", $"{state}.csv");
        var phone = CsvTable.Parse(await File.ReadAllBytesAsync(_folder.File($"{state}.csv")))[1, "phone"];
        var question = JsonSerializer.SerializeToUtf8Bytes(new { transfer, record = 1, field = "phone", masked = phone, purpose = "callback", ticket = "T-1" });
        var reveal = await PostAsync("v1/reveals", question, "vendor", "vendor.agent", "id");
        lock (Transfers) (Transfers[state], Reveals[state]) = (transfer, reveal);
        if (state == "suspended") await client.DoAsync("agreement", "suspend", agreement);
        if (state == "ended") await client.DoAsync("agreement", "end", agreement);
    }

    private async Task<string> PostAsync(string path, byte[] body, string party, string role, string member, string who = "sweep-1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(party, role, who));
        using var answer = await _http.SendAsync(request);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.True(answer.IsSuccessStatusCode, json.RootElement.GetRawText());
        return json.RootElement.GetProperty(member).GetString()!;
    }

    private static string Document(string state) => $"""
        agreement: {state}
        title: Sweep
        purpose: Sweep
        client: {"{"} party: client, name: Client, certificate-file: client.asc, networks: [127.0.0.0/8] {"}"}
        vendor: {"{"} party: vendor, name: Vendor, country: PH, certificate-file: vendor.asc, networks: [127.0.0.0/8] {"}"}
        auditors: [auditor]
        starts: {(state == "signed" ? "2099-01-01" : "2020-01-01")}
        ends: 2100-01-01
        profile-file: profile.yaml
        reveals:
          approvers: [{"{"} caller: sweep-1, certificate-file: approver.asc {"}"}]
          purposes: [callback]
          per-agent-hour: 1000
          per-hour: 10000

        """;

    /// <summary>Everybody is called alike, so that no id but a party's tells callers apart; but for whoever sent what another may release.</summary>
    private string TokenOf(string party, string role, string who = "sweep-1") => _tokens.GetOrAdd((party, role, who), _ =>
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = "urn:secureexchange:local",
            ["aud"] = "urn:secureexchange:gateway",
            ["sub"] = who,
            ["party"] = party,
            ["roles"] = (string[])[role],
            ["nbf"] = now.AddSeconds(-5).ToUnixTimeSeconds(),
            ["exp"] = now.AddHours(1).ToUnixTimeSeconds(),
        };
        var signed = $"{Encode(new { alg = "ES256", typ = "JWT" })}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(_issuer.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";
    });

    private static string Encode(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
