using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Samples;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>The main job: a client's file goes out masked, comes back worked on, and has its real values again.</summary>
public sealed class ClaimsRoundTests(Gateways gateways, PartyKeys keys)
{
    private const int Rows = 300;

    [Theory(Timeout = 120_000)]
    [InlineData(Store.Folder, GpgKeyKind.Rsa3072)]
    [InlineData(Store.Folder, GpgKeyKind.Curve25519)]
    [InlineData(Store.Azurite, GpgKeyKind.Rsa3072)]
    [InlineData(Store.Azurite, GpgKeyKind.Curve25519)]
    public async Task A_file_goes_out_masked_and_comes_back_with_its_real_values(Store store, GpgKeyKind kind)
    {
        var gateway = await gateways.SharedAsync(store);
        using var exchange = await Exchange.CreateAsync(
            gateway, keys, new ExchangeTerms { ClientKey = keys["client", kind], VendorKey = keys["vendor", kind] });
        var planted = new List<Planted>();
        var claims = Sample.Find("claims")!.ToArray(Rows, seed: (int)kind, planted.Add);
        var secrets = new SecretSearch(planted.Select(p => p.Value));
        Assert.NotNull(secrets.Find(claims));

        // Files' names tell of people too.
        var fileName = $"{planted.First(p => p.Field == "full_name").Value}.csv";
        var id = await exchange.SendAsync(claims, fileName);

        // The vendor, with nothing but gpg and the certificate that the gateway publishes.
        var signer = exchange.GatewayKey;
        Assert.Equal(fileName, Assert.Single(await exchange.ListAsync(exchange.Client)).GetProperty("name").GetString());
        var fetched = await exchange.FetchWithGpgAsync(exchange.Vendor, id);
        Assert.Contains("[GNUPG:] GOODSIG ", fetched.Errors, StringComparison.Ordinal);
        Assert.Matches($@"\[GNUPG:\] VALIDSIG .* {signer}\s", fetched.Errors); // A subkey signs; its primary key comes last.
        Assert.Contains("[GNUPG:] DECRYPTION_OKAY", fetched.Errors, StringComparison.Ordinal);
        var masked = CsvTable.Parse(fetched.Output);
        Assert.Equal(Rows, masked.RowCount);
        Assert.Null(secrets.Find(fetched.Output));
        var work = Work(masked);
        Assert.Null(secrets.Find(work));

        var back = await exchange.Vendor.DoAsync("return", exchange.Write("worked.csv", work), "--to", id);

        await exchange.Client.DoAsync("fetch", back, "--decrypt", "--secret-key", "client.sec.asc", "-o", "result.csv");
        AssertRestored(claims, await File.ReadAllBytesAsync(exchange.PathOf("result.csv")));
        await exchange.Client.DoAsync("fetch", id, "--decrypt", "--secret-key", "client.sec.asc", "-o", "original.csv");
        Assert.Equal(claims, await File.ReadAllBytesAsync(exchange.PathOf("original.csv")));

        foreach (var (name, content) in await gateway.AllBytesAsync())
            Assert.True(secrets.Find(content) is null, $"{name} holds a planted value");
        await AssertLogVerifiesAsync(exchange, store);
    }

    /// <summary>Codes the claims: a column more, the others in another order, the rows too.</summary>
    private static byte[] Work(CsvTable masked)
    {
        var order = Enumerable.Range(0, masked.Lines[0].Count).Reverse().ToList();
        var lines = masked.Lines.Select((line, row) =>
            (List<string>)[.. order.Select(i => line[i]), row == 0 ? "new_code" : $"C{row}"]).ToList();
        lines.Reverse(1, lines.Count - 1);
        return new CsvTable(lines).ToBytes();
    }

    private static void AssertRestored(byte[] sent, byte[] result)
    {
        var (was, now) = (CsvTable.Parse(sent), CsvTable.Parse(result));
        Assert.Equal(was.RowCount, now.RowCount);
        Assert.Equal("new_code", now.Lines[0][^1]);
        var rows = now.RowsBy("claim_id");
        for (var row = 1; row <= was.RowCount; row++)
        {
            var restored = rows[was[row, "claim_id"]];
            foreach (var field in (string[])
                ["policy_no", "member_id", "full_name", "date_of_birth", "ssn", "provider_name", "provider_npi", "service_date", "admitted_on"])
            {
                Assert.Equal(was[row, field], now[restored, field]);
            }

            Assert.Equal($"C{row}", now[restored, "new_code"]);
            Assert.NotEqual(was[row, "street"], now[restored, "street"]); // Redacted for good.
        }
    }

    private static async Task AssertLogVerifiesAsync(Exchange exchange, Store store)
    {
        var said = await exchange.Auditor.DoAsync("audit", "verify", exchange.Gateway.Process.Url.OriginalString);
        Assert.Contains($"/{exchange.Agreement}: intact: ", said, StringComparison.Ordinal);
        if (store == Store.Folder)
            await exchange.Auditor.DoAsync("audit", "verify", Path.Combine(exchange.Gateway.BlobFolder, "logs", exchange.Agreement));
        Assert.Equal(
            ["agreement.created", "dispatch.accepted", "content.fetched", "return.accepted", "content.fetched", "content.fetched"],
            (await exchange.EventsAsync()).Select(e => e.GetProperty("kind").GetString()).Where(kind => kind != "transfers.listed"));
    }
}
