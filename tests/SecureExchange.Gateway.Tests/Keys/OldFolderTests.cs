using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Return;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Gateway.Tests.Keys;

/// <summary>What was stored before keys had epochs stays readable.</summary>
public class OldFolderTests
{
    [Fact]
    public async Task A_gateway_from_before_epochs_goes_on_with_its_agreement_its_transfers_and_its_logs()
    {
        using var old = new OldFolder();
        var logKey = File.ReadAllText(Path.Combine(old.Data, "blobs", "logs", "client.claims", "vkey"));
        await using var test = await TestGateway.OpenAsync(old);
        Assert.False(File.Exists(Path.Combine(old.Data, "keys", FirstKeys.OldGatewayKey)));
        Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, old.Dispatch));
        Assert.Equal(old.Masked, await test.FetchAsync(TestGateway.Agent, test.VendorKey, old.Dispatch));
        var returned = Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(old.Dispatch, old.Masked));
        Assert.Equal(
            TestGateway.Csv.Replace("hello", "[redacted]", StringComparison.Ordinal), // What was redacted doesn't come back.
            await test.FetchAsync(TestGateway.Uploader, test.ClientKey, returned.Transfer));

        // The same values have the same tokens as before, scope: client included.
        var again = await test.SentAsync(TestGateway.Csv);
        Assert.Equal(old.Masked, await test.FetchAsync(TestGateway.Agent, test.VendorKey, again));
        await test.RestartAsync();
        foreach (var log in (string[])["client.claims", "gateway"])
        {
            var tiles = new FolderTileReader(Path.Combine(old.Data, "blobs", "logs", log));
            var key = NoteVerifier.Parse(File.ReadAllText(Path.Combine(old.Data, "blobs", "logs", log, "vkey")).Trim());
            Assert.True((await LogFsck.RunAsync(tiles, key, new FsckOptions(), default)).IsIntact);
        }

        Assert.Equal(logKey, File.ReadAllText(Path.Combine(old.Data, "blobs", "logs", "client.claims", "vkey")));
    }

    [Theory]
    [InlineData("root.key")]
    [InlineData(FirstKeys.OldGatewayKey)]
    public async Task Without_one_of_its_key_files_it_does_not_start_afresh(string name)
    {
        using var old = new OldFolder();
        File.Move(Path.Combine(old.Data, "keys", name), Path.Combine(old.Data, "away"));
        Assert.Equal(KeyError.Missing, (await Assert.ThrowsAsync<KeyException>(() => TestGateway.OpenAsync(old))).Error);
        File.Move(Path.Combine(old.Data, "away"), Path.Combine(old.Data, "keys", name));
        await using var test = await TestGateway.OpenAsync(old);
        Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, old.Dispatch));
    }

    [Fact]
    public async Task With_another_root_key_it_takes_nothing_over()
    {
        using var old = new OldFolder();
        var path = Path.Combine(old.Data, "keys", "root.key");
        var root = File.ReadAllBytes(path);
        File.WriteAllBytes(path, new byte[32]);
        Assert.Equal(KeyError.WrongKey, (await Assert.ThrowsAsync<KeyException>(() => TestGateway.OpenAsync(old))).Error);
        File.WriteAllBytes(path, root);
        await using var test = await TestGateway.OpenAsync(old);
        Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, old.Dispatch));
    }
}
