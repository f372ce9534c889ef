using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Fixtures;

/// <summary>A client, a vendor and an auditor with an agreement of their own, each at their command line.</summary>
internal sealed class Exchange : IDisposable
{
    private static int s_count;

    private readonly TempFolder _folder = new();
    private readonly string _number = $"{Interlocked.Increment(ref s_count)}";
    private readonly List<HttpClient> _http = [];

    private Exchange(StoredGateway gateway, PartyKeys keys, ExchangeTerms terms)
    {
        (Gateway, Keys) = (gateway, keys);
        (ClientKey, VendorKey) = (terms.ClientKey ?? keys["client", GpgKeyKind.Curve25519], terms.VendorKey ?? keys["vendor", GpgKeyKind.Curve25519]);
        Client = new Sx(gateway.Process, Folder, "client");
        Vendor = new Sx(gateway.Process, Folder, "vendor");
        Auditor = new Sx(gateway.Process, Folder, "auditor");
    }

    internal StoredGateway Gateway { get; }

    internal PartyKeys Keys { get; }

    internal GpgHome Gpg => Keys.Gpg;

    /// <summary>Fingerprint of the gateway's certificate, which everybody's gpg has from where the gateway publishes it.</summary>
    internal string GatewayKey { get; private set; } = "";

    internal PartyKey ClientKey { get; }

    internal PartyKey VendorKey { get; }

    internal string Folder => _folder.Path;

    internal string ClientParty => $"client-{_number}";

    internal string VendorParty => $"vendor-{_number}";

    internal string AuditorParty => $"auditor-{_number}";

    internal string Agreement => $"{ClientParty}.work";

    internal Sx Client { get; }

    internal Sx Vendor { get; }

    internal Sx Auditor { get; }

    /// <summary>Signs everybody in, and makes the agreement.</summary>
    internal static async Task<Exchange> CreateAsync(StoredGateway gateway, PartyKeys keys, ExchangeTerms? terms = null)
    {
        var exchange = await SignInAsync(gateway, keys, terms ?? new ExchangeTerms());
        await exchange.AgreeAsync(exchange.Write("agreement.yaml", exchange.Document(terms ?? new ExchangeTerms())));
        return exchange;
    }

    /// <summary>Makes the agreement: drafted, proposed and signed by the client, then signed by the vendor.</summary>
    internal async Task AgreeAsync(string file)
    {
        Assert.Equal(Agreement, await Client.DoAsync("agreement", "create", file, "--secret-key", "client.sec.asc"));
        await Vendor.DoAsync("agreement", "sign", Agreement, "--secret-key", "vendor.sec.asc");
    }

    /// <summary>Signs everybody in, and leaves the agreement to be made.</summary>
    internal static async Task<Exchange> SignInAsync(StoredGateway gateway, PartyKeys keys, ExchangeTerms terms)
    {
        var exchange = new Exchange(gateway, keys, terms);
        await Task.WhenAll(
            exchange.Client.SignInAsync(exchange.ClientParty, "client.admin", "client.uploader"),
            exchange.Vendor.SignInAsync(exchange.VendorParty, "vendor.agent", "vendor.admin"),
            exchange.Auditor.SignInAsync(exchange.AuditorParty, "auditor"),
            exchange.MeetGatewayAsync());
        exchange.Write("client.asc", exchange.ClientKey.Certificate);
        exchange.Write("client.sec.asc", exchange.ClientKey.Secret);
        exchange.Write("vendor.asc", exchange.VendorKey.Certificate);
        exchange.Write("vendor.sec.asc", exchange.VendorKey.Secret);
        exchange.Write("profile.yaml", terms.Profile);
        return exchange;
    }

    /// <summary>The agreement as its author writes it.</summary>
    internal string Document(ExchangeTerms terms) => $"""
        agreement: work
        title: Coding of claims
        purpose: Check and complete the codes
        service: back-office
        client:
          party: {ClientParty}
          name: The client
          certificate-file: client.asc
        vendor:
          party: {VendorParty}
          name: The vendor
          location: offshore
          country: PH
          certificate-file: vendor.asc
        auditors: [{AuditorParty}]
        starts: 2020-01-01
        ends: 2100-01-01
        profile-file: profile.yaml
        {terms.More}

        """;

    /// <summary>Writes a file into the folder where everybody works.</summary>
    /// <returns>Its full path.</returns>
    internal string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }

    internal string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(name), content);
        return _folder.File(name);
    }

    internal string PathOf(string name) => _folder.File(name);

    internal async Task<string> SendAsync(byte[] content, string name = "work.csv") =>
        await Client.DoAsync("send", Write(name, content), "--agreement", Agreement);

    /// <summary>What the vendor's own gpg makes of a transfer.</summary>
    internal async Task<PeerResult> FetchWithGpgAsync(Sx who, string transfer)
    {
        var path = PathOf($"{transfer}-{Guid.NewGuid():n}.pgp");
        await who.DoAsync("fetch", transfer, "-o", path);
        return (await Gpg.DecryptAsync(await File.ReadAllBytesAsync(path))).Succeeded();
    }

    /// <summary>A plain HTTP client with the person's token, or without any.</summary>
    internal HttpClient Http(Sx? who, string? token = null)
    {
        var http = new HttpClient { BaseAddress = Gateway.Process.Url, Timeout = TimeSpan.FromSeconds(60) };
        if ((token ?? who?.Token) is { } bearer) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        _http.Add(http);
        return http;
    }

    /// <summary>The agreement's events so far, as its auditor sees them, without those of its signing.</summary>
    internal async Task<IReadOnlyList<JsonElement>> EventsAsync() =>
        [.. (await AllEventsAsync()).Where(e => e.GetProperty("kind").GetString() is not ("agreement.proposed" or "agreement.signed" or "agreement.read"))];

    /// <summary>All of them, each at its index.</summary>
    internal async Task<IReadOnlyList<JsonElement>> AllEventsAsync() =>
        [.. (await Auditor.DoAsync("audit", "events", "--log", Agreement)).Split('\n')
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("entry"))];

    /// <summary>The transfers that someone sees.</summary>
    internal async Task<IReadOnlyList<JsonElement>> ListAsync(Sx who) =>
        [.. (await who.DoAsync("list", "--json", "--agreement", Agreement)).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];

    public void Dispose()
    {
        foreach (var http in _http) http.Dispose();
        _folder.Dispose();
    }

    private async Task MeetGatewayAsync()
    {
        var certificate = await Http(who: null).GetStringAsync("v1/gateway/certificate");
        await Gpg.ImportAsync(certificate);
        var shown = (await Gpg.RunAsync(Encoding.ASCII.GetBytes(certificate), "--with-colons", "--show-keys")).Succeeded().Text;
        GatewayKey = shown.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
    }
}

/// <summary>What of an agreement differs from test to test.</summary>
internal sealed record ExchangeTerms
{
    /// <summary>The masking profile's text.</summary>
    internal string Profile { get; init; } = ReadProfile("medical-claims");

    /// <summary>More lines of the agreement.</summary>
    internal string More { get; init; } = "";

    internal PartyKey? ClientKey { get; init; }

    internal PartyKey? VendorKey { get; init; }

    /// <summary>A profile that comes with the product.</summary>
    internal static string ReadProfile(string name) => File.ReadAllText(Path.Combine(Checkout.Root, "profiles", $"{name}.yaml"));
}
