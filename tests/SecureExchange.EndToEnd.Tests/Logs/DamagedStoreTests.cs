using System.Net;
using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Logs;

/// <summary>Somebody who can write to the store changes what was sealed.</summary>
public sealed class DamagedStoreTests(Gateways gateways, PartyKeys keys)
{
    [Theory(Timeout = 120_000)]
    [InlineData("first")]
    [InlineData("middle")]
    [InlineData("last")]
    public async Task A_changed_byte_never_arrives_whole_and_the_damage_is_logged(string where)
    {
        using var exchange = await CreateAsync();
        var id = await exchange.SendAsync(Small.People(20_000));
        var path = Path.Combine(exchange.Gateway.BlobFolder, "transfers", id, "masked.pgp");
        var content = await File.ReadAllBytesAsync(path);
        content[where switch { "first" => 0, "middle" => content.Length / 2, _ => content.Length - 1 }] ^= 1;
        await File.WriteAllBytesAsync(path, content);

        var http = exchange.Http(exchange.Vendor);
        using var answer = await http.GetAsync($"v1/transfers/{id}/content", HttpCompletionOption.ResponseHeadersRead);
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsByteArrayAsync());
        await AssertFetchFailsAsync(exchange, id, exitCode: 3, "the digests differ");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_part_that_was_cut_or_lost_is_an_outage_that_says_so()
    {
        using var exchange = await CreateAsync();
        var id = await exchange.SendAsync(Small.People(10));
        var path = Path.Combine(exchange.Gateway.BlobFolder, "transfers", id, "masked.pgp");
        var content = await File.ReadAllBytesAsync(path);
        foreach (var left in (byte[]?[])[content[..^1], null])
        {
            File.Delete(path);
            if (left is not null) await File.WriteAllBytesAsync(path, left);
            using var answer = await exchange.Http(exchange.Vendor).GetAsync($"v1/transfers/{id}/content");
            Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
            Assert.Equal("store.damaged", await Problem.CodeAsync(answer));
            Assert.Equal("content.damaged", (await exchange.EventsAsync())[^1].GetProperty("kind").GetString());
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_transfer_s_bytes_in_its_place_never_arrive()
    {
        using var exchange = await CreateAsync();
        var (id, other) = (await exchange.SendAsync(Small.People(10)), await exchange.SendAsync(Small.People(10)));
        var transfers = Path.Combine(exchange.Gateway.BlobFolder, "transfers");
        File.Copy(Path.Combine(transfers, other, "masked.pgp"), Path.Combine(transfers, id, "masked.pgp"), overwrite: true);
        await AssertFetchFailsAsync(exchange, id, exitCode: 1, "(store.damaged)");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_changed_batch_of_records_is_an_outage_that_says_so()
    {
        using var exchange = await CreateAsync(Small.Profile.Replace("format: csv", "format: ndjson", StringComparison.Ordinal));
        var record = exchange.Write("one.ndjson", "{\"no\":\"1\",\"name\":\"Maria\",\"phone\":\"+51 984 000 001\"}\n");
        await exchange.Client.DoAsync("records", "send", record, "--agreement", exchange.Agreement);
        var id = Assert.Single(await exchange.ListAsync(exchange.Vendor)).GetProperty("id").GetString()!;
        var path = Path.Combine(exchange.Gateway.BlobFolder, "transfers", id, "masked.pgp");
        var content = await File.ReadAllBytesAsync(path);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(path, content);
        var read = await exchange.Vendor.RunAsync("records", "--agreement", exchange.Agreement);
        Assert.Equal(1, read.ExitCode);
        Assert.EndsWith("(store.damaged)\n", read.Errors, StringComparison.Ordinal);
        Assert.Equal("content.damaged", (await exchange.EventsAsync())[^1].GetProperty("kind").GetString());
    }

    private static async Task AssertFetchFailsAsync(Exchange exchange, string id, int exitCode, string said)
    {
        var fetched = await exchange.Vendor.RunAsync("fetch", id, "-o", "fetched.pgp");
        Assert.True(fetched.ExitCode == exitCode, $"{fetched.ExitCode}: {fetched.Errors}");
        Assert.Contains(said, fetched.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(exchange.PathOf("fetched.pgp")));
        Assert.False(File.Exists(exchange.PathOf("fetched.pgp.part")));
        Assert.Contains(
            await exchange.EventsAsync(),
            e => e.GetProperty("kind").GetString() == "content.damaged" && e.GetProperty("transfer").GetString() == id
                && e.GetProperty("part").GetString() == "masked.pgp");
    }

    private async Task<Exchange> CreateAsync(string profile = Small.Profile) =>
        await Exchange.CreateAsync(await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = profile });
}
