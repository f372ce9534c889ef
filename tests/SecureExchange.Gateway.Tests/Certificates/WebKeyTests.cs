using System.Text.Json;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Certificates;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.Testing;
using static SecureExchange.Gateway.Tests.Certificates.CertificateGateway;

namespace SecureExchange.Gateway.Tests.Certificates;

/// <summary>A Web Key Directory may bring a newer copy of a certificate, and never another key.</summary>
public sealed class WebKeyTests
{
    private static readonly string s_hash = WebKeyDirectory.HashOf("vendor");

    private static readonly string s_advanced = $"openpgpkey.vendor.example/.well-known/openpgpkey/vendor.example/hu/{s_hash}";
    private static readonly string s_direct = $"vendor.example/.well-known/openpgpkey/hu/{s_hash}";

    [Fact]
    public async Task A_newer_copy_is_merged_by_the_advanced_method()
    {
        using var server = new DirectoryServer("openpgpkey.vendor.example", "vendor.example");
        await using var test = await StartAsync(server, "openpgpkey.vendor.example", "vendor.example");
        Assert.Equal("certificate.wkd-nothing", Fault(await LookUpAsync(test)));
        Assert.Equal($"{s_advanced}?l=vendor", Assert.Single(server.Asked));
        server.Content[s_advanced] = test.VendorKey.Certificate.ToBytes();
        Assert.Equal("certificate.nothing-new", Fault(await LookUpAsync(test)));
        server.Content[s_advanced] = Renewed(test).ToBytes();
        Assert.Equal(TestGateway.Start.AddDays(300), Done(await LookUpAsync(test)).Certificate.ExpiresAt(TestGateway.Start));
        Assert.Equal("wkd", (await LastAsync(test, "certificate.updated")).GetProperty("source").GetString());
        Assert.DoesNotContain(server.Asked, asked => asked.StartsWith("vendor.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_there_is_no_host_for_the_advanced_method_the_direct_one_is_used()
    {
        using var server = new DirectoryServer("vendor.example");
        server.Content[s_direct] = [];
        await using var test = await TestGateway.StartAsync(configure: options => options with
        {
            // Nobody listens on port 1.
            WebKeyHosts = ["openpgpkey.vendor.example=127.0.0.1:1", $"vendor.example={server.Place}"],
            WebKeyAuthorities = server.AuthorityFile,
        });
        server.Content[s_direct] = Renewed(test).ToBytes();
        Done(await LookUpAsync(test));
        Assert.Equal([$"{s_direct}?l=vendor"], server.Asked);
    }

    [Fact]
    public async Task Another_primary_key_in_the_directory_changes_nothing_and_is_logged()
    {
        using var server = new DirectoryServer("openpgpkey.vendor.example");
        await using var test = await StartAsync(server, "openpgpkey.vendor.example");
        using var other = test.NewKey("Vendor <vendor@vendor.example>");
        server.Content[s_advanced] = other.Certificate.ToBytes();
        Assert.Equal("certificate.primary-changed", Fault(await LookUpAsync(test)));
        Assert.Equal(0, await test.Gateway.CertificateWatch.RunAsync(default)); // The gateway by itself, too.
        Assert.Equal(2, (await test.EventsAsync()).Count(kind => kind == "certificate.refused"));
        Assert.Equal("certificate.primary-changed", (await LastAsync(test, "certificate.refused")).GetProperty("code").GetString());
        Assert.Contains("claim_id", await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(TestGateway.Csv)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_gateway_looks_by_itself_once_a_day_and_a_revocation_stops_releases()
    {
        using var server = new DirectoryServer("openpgpkey.vendor.example");
        await using var test = await StartAsync(server, "openpgpkey.vendor.example");
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.Gateway.CertificateWatch.RunAsync(default);
        await test.Gateway.CertificateWatch.RunAsync(default);
        Assert.Single(server.Asked);
        server.Content[s_advanced] = test.VendorKey.Certificate.With(test.VendorKey.MakeRevocation(test.Clock.GetUtcNow())).ToBytes();
        test.Clock.Advance(TimeSpan.FromDays(1));
        await test.Gateway.CertificateWatch.RunAsync(default);
        var revoked = await LastAsync(test, "certificate.revoked");
        Assert.False(revoked.TryGetProperty("caller", out _));
        Assert.IsType<Release.FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        await test.RestartAsync(); // Also by what the log says of it.
        Assert.IsType<Release.FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
    }

    [Fact]
    public async Task Only_hosts_that_the_operator_allows_are_asked_and_only_with_a_good_certificate()
    {
        using var server = new DirectoryServer("elsewhere.example");
        await using (var test = await StartAsync(server)) Assert.Equal("certificate.wkd-not-allowed", Fault(await LookUpAsync(test)));
        await using (var test = await StartAsync(server, "openpgpkey.vendor.example"))
        {
            server.Content[s_advanced] = Renewed(test).ToBytes();
            Assert.Equal("certificate.wkd-away", Fault(await LookUpAsync(test)));
        }

        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task An_answer_that_is_no_certificate_or_has_no_end_changes_nothing()
    {
        using var server = new DirectoryServer("openpgpkey.vendor.example");
        await using var test = await StartAsync(server, "openpgpkey.vendor.example");
        foreach (var content in (byte[][])["<html>"u8.ToArray(), new byte[CertificateDesk.MaxCertificate + 1], test.VendorKey.ToBytes()])
        {
            server.Content[s_advanced] = content;
            Assert.Equal("certificate.wkd-away", Fault(await LookUpAsync(test)));
        }
    }

    [Fact]
    public async Task A_directory_that_says_it_is_elsewhere_is_not_followed()
    {
        using var server = new DirectoryServer("openpgpkey.vendor.example");
        using var elsewhere = new Elsewhere();
        await using var test = await StartAsync(server, "openpgpkey.vendor.example");
        foreach (var place in (string[])[$"https://{elsewhere.Host}/", "https://openpgpkey.vendor.example/elsewhere"])
        {
            server.MovedTo = place;
            server.Asked.Clear();
            Assert.Equal("certificate.wkd-away", Fault(await LookUpAsync(test)));
            Assert.Equal([$"{s_advanced}?l=vendor"], server.Asked);
            Assert.False(elsewhere.WasVisited);
        }
    }

    private static Task<TestGateway> StartAsync(DirectoryServer server, params string[] hosts) => TestGateway.StartAsync(configure: options => options with
    {
        WebKeyHosts = [.. hosts.Select(host => $"{host}={server.Place}")],
        WebKeyAuthorities = server.AuthorityFile,
    });

    private static Task<CertificateResult> LookUpAsync(TestGateway test) =>
        test.Gateway.Certificates.LookUpAsync(TestGateway.VendorAdmin, test.Agreement, Of(test.VendorKey), default);

    private static Certificate Renewed(TestGateway test)
    {
        using var edit = test.VendorKey.Edit(test.Clock.GetUtcNow());
        using var renewed = edit.SetExpiry(TestGateway.Start.AddDays(300)).Finish();
        return renewed.Certificate;
    }

    private static async Task<JsonElement> LastAsync(TestGateway test, string kind)
    {
        JsonElement? last = null;
        await foreach (var entry in test.Gateway.Log.ReadAsync(LogName.Of(test.Agreement), 0, long.MaxValue, default))
        {
            using var json = JsonDocument.Parse(entry.Data);
            if (json.RootElement.GetProperty("kind").ValueEquals(kind)) last = json.RootElement.Clone();
        }

        return last!.Value;
    }
}
