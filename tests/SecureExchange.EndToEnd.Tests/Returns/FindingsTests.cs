using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Returns;

/// <summary>Returns that don't agree with what was sent.</summary>
public sealed class FindingsTests(Gateways gateways, PartyKeys keys)
{
    private const int Rows = 8;

    public static TheoryData<string, string> Faults => new()
    {
        { "foreign", "row 3, field name: foreign-token\n" },
        { "swapped", "row 2, field name: swapped-token\nrow 5, field name: swapped-token\n" },
        { "edited", "row 4, field phone: edited-token\n" },
        { "missing", "row 6: missing-row\n" },
        { "duplicated", "row 9: duplicated-row\n" },
    };

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Faults))]
    public async Task A_return_that_disagrees_goes_into_quarantine_with_the_rows_that_do(string fault, string findings)
    {
        using var exchange = await CreateAsync(Small.Profile);
        var id = await exchange.SendAsync(Small.People(Rows));
        var masked = (await exchange.FetchWithGpgAsync(exchange.Vendor, id)).Output;
        var spoilt = await SpoilAsync(exchange, masked, fault);

        var refused = await exchange.Vendor.RunAsync("return", exchange.Write("spoilt.csv", spoilt), "--to", id);
        Assert.Equal(1, refused.ExitCode);
        Assert.Equal(findings, refused.Text);
        var quarantined = (await exchange.ListAsync(exchange.Client))[^1];
        Assert.Equal(
            ("quarantined", "return", id),
            (quarantined.GetProperty("state").GetString(), quarantined.GetProperty("kind").GetString(), quarantined.GetProperty("returnOf").GetString()));
        var back = quarantined.GetProperty("id").GetString()!;
        foreach (var who in (Sx[])[exchange.Client, exchange.Vendor]) Assert.Equal(findings.Trim(), await who.DoAsync("findings", back));
        Assert.Equal(spoilt, (await exchange.FetchWithGpgAsync(exchange.Client, back)).Output);
        var kept = await exchange.Vendor.RunAsync("fetch", back);
        Assert.Equal(1, kept.ExitCode);
        Assert.EndsWith("(transfer.nothing-for-you)\n", kept.Errors, StringComparison.Ordinal);
        Assert.Equal("access.denied", (await exchange.EventsAsync())[^1].GetProperty("kind").GetString());

        var corrected = await exchange.Vendor.DoAsync("return", exchange.Write("corrected.csv", masked), "--to", id);
        Assert.Equal(Small.People(Rows), (await exchange.FetchWithGpgAsync(exchange.Client, corrected)).Output);
        var kinds = (await exchange.EventsAsync()).Select(e => e.GetProperty("kind").GetString()).ToList();
        Assert.Contains("return.quarantined", kinds);
        Assert.Contains("findings.read", kinds);
        Assert.Contains("return.accepted", kinds);
    }

    [Fact(Timeout = 60_000)]
    public async Task Rows_may_be_missing_where_the_profile_says_so()
    {
        using var exchange = await CreateAsync(Small.Profile.Replace("row-key: no\n", "row-key: no\nreturns: { missing-rows: allow }\n", StringComparison.Ordinal));
        var id = await exchange.SendAsync(Small.People(Rows));
        var masked = CsvTable.Parse((await exchange.FetchWithGpgAsync(exchange.Vendor, id)).Output);
        masked.Lines.RemoveRange(2, 4);
        var back = await exchange.Vendor.DoAsync("return", exchange.Write("some.csv", masked.ToBytes()), "--to", id);
        Assert.Equal(Rows - 4, CsvTable.Parse((await exchange.FetchWithGpgAsync(exchange.Client, back)).Output).RowCount);
        var accepted = (await exchange.EventsAsync()).Single(e => e.GetProperty("kind").GetString() == "return.accepted");
        Assert.Equal(4, accepted.GetProperty("missing_rows").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task Another_agreement_s_file_is_foreign_in_every_row()
    {
        using var exchange = await CreateAsync(Small.Profile);
        using var other = await CreateAsync(Small.Profile);
        var id = await exchange.SendAsync(Small.People(Rows));
        var theirs = (await other.FetchWithGpgAsync(other.Vendor, await other.SendAsync(Small.People(Rows)))).Output;
        var refused = await exchange.Vendor.RunAsync("return", exchange.Write("theirs.csv", theirs), "--to", id);
        Assert.Equal(1, refused.ExitCode);
        Assert.All(Enumerable.Range(1, Rows), row => Assert.Contains($"row {row}, field name: foreign-token\n", refused.Text, StringComparison.Ordinal));
    }

    private async Task<Exchange> CreateAsync(string profile) =>
        await Exchange.CreateAsync(await gateways.SharedAsync(Store.Folder), keys, new ExchangeTerms { Profile = profile });

    private static async Task<byte[]> SpoilAsync(Exchange exchange, byte[] masked, string fault)
    {
        var table = CsvTable.Parse(masked);
        switch (fault)
        {
            case "foreign": // A token of this agreement, and of another dispatch.
                var another = System.Text.Encoding.UTF8.GetBytes(Small.Header + "1,Somebody Else,+51 984 111 111\n");
                var fetched = await exchange.FetchWithGpgAsync(exchange.Vendor, await exchange.SendAsync(another));
                table[3, "name"] = CsvTable.Parse(fetched.Output)[1, "name"];
                break;
            case "swapped":
                (table[2, "name"], table[5, "name"]) = (table[5, "name"], table[2, "name"]);
                break;
            case "edited":
                var phone = table[4, "phone"];
                table[4, "phone"] = phone[..^1] + (phone[^1] == '0' ? '1' : '0');
                break;
            case "missing":
                table.Lines.RemoveAt(6);
                break;
            case "duplicated":
                table.Lines.Add(table.Lines[1]);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fault));
        }

        return table.ToBytes();
    }
}
