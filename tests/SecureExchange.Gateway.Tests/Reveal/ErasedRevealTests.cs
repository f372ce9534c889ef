using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit.Search;
using SecureExchange.Gateway.Erasure;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Tests.Reveal;

/// <summary>A reveal dies with the transfer that its cell was in, and whoever comes a moment late is told so.</summary>
public class ErasedRevealTests
{
    private const string Value = "123-45-6789";

    [Fact]
    public async Task What_was_erased_is_shown_to_nobody_and_nothing_that_is_left_can_be_turned_back()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var (waiting, open) = (await gateway.AskedAsync(), await gateway.AskedAsync(breakGlass: true));
        Assert.Equal(Value, await gateway.ShownAsync(open));
        await AskIndexAsync(gateway.Test);
        var secrets = await SealedAsync(gateway.Test);
        var stored = new Stored(gateway.Test);
        Assert.Equal(4, secrets.Count(stored.Holds)); // The data key, the name, a cell of each request.

        await EraseAsync(gateway.Test, gateway.Sent);
        await AskIndexAsync(gateway.Test);
        Assert.Equal("reveal.erased", Assert.IsType<RevealResult.Refused>(await gateway.Desk.ShowAsync(TestGateway.Agent, open, default)).Fault.Code);
        Assert.Equal("reveal.erased", Assert.IsType<RevealResult.Refused>(await gateway.ApproveAsync(waiting, 1)).Fault.Code);
        Assert.Equal(DenialReason.NotFound, Assert.IsType<RevealResult.Denied>(await gateway.AskAsync()).Refusal.Reason);
        Assert.Equal(2, Assert.IsType<RevealResult.Listed>(await gateway.Desk.ListAsync(TestGateway.Admin, gateway.Test.Agreement, default)).Views.Count);

        stored = new Stored(gateway.Test);
        Assert.DoesNotContain(secrets, stored.Holds);
        Assert.DoesNotContain(Forms(Value).Concat(Forms(gateway.Cell(1, "ssn"))).Concat(Forms(gateway.Cell(1, "name"))), stored.Holds);
    }

    [Theory]
    [InlineData("find")]
    [InlineData("fetch")]
    [InlineData("attestation")]
    [InlineData("request")]
    [InlineData("show")]
    public async Task Between_being_let_in_and_being_served_an_erasure_makes_an_answer_and_no_fault(string what)
    {
        await using var gateway = await RevealGateway.StartAsync();
        var (test, id) = (gateway.Test, gateway.Sent);
        var open = await gateway.AskedAsync(breakGlass: true);
        // The gate asks for the time after it has found the agreement of the transfer: here the erasure comes in between.
        test.Clock.Asked = () =>
        {
            test.Clock.Asked = null;
            using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
            connection.Execute("UPDATE transfer SET state = @erased, wrapped_key = x''; DELETE FROM part", new { erased = TransferState.Erased });
        };
        switch (what)
        {
            case "find":
                Assert.Equal(DenialReason.NotFound, Assert.IsType<TransfersResult.Denied>(await test.Gateway.Transfers.FindAsync(TestGateway.Agent, id, default)).Refusal.Reason);
                break;
            case "fetch":
                Assert.Equal(DenialReason.NotFound, Assert.IsType<FetchResult.Denied>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, id, null, default)).Refusal.Reason);
                break;
            case "attestation":
                Assert.IsType<AttestationResult.None>(await test.Gateway.Attestations.ReadAsync(TestGateway.Agent, id, default));
                break;
            case "request":
                Assert.Equal(DenialReason.NotFound, Assert.IsType<RevealResult.Denied>(await gateway.AskAsync()).Refusal.Reason);
                break;
            default:
                Assert.Equal("reveal.erased", Assert.IsType<RevealResult.Refused>(await gateway.Desk.ShowAsync(TestGateway.Agent, open, default)).Fault.Code);
                break;
        }

        Assert.Null(test.Clock.Asked);
    }

    [Fact]
    public async Task Blobs_that_an_erasure_has_deleted_are_no_damage()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var admitted = Assert.IsType<Admission.Admitted>(await test.Gateway.Gate.AdmitAsync(TestGateway.Agent, Permission.FetchMasked, test.Agreement, default));
        var transfers = new TransferStore(await Database.OpenAsync(Path.Combine(test.Data, "gateway.db"), default), test.Gateway.Agreements, test.Gateway.Quotas);
        var found = (await transfers.FindAsync(admitted.Grant, sent, default))!;
        var parts = new PartStore(test.Gateway.Blobs, test.Gateway.Agreements, transfers);
        await EraseAsync(test, sent);
        await Assert.ThrowsAsync<ErasedException>(() => parts.OpenSealedAsync(admitted.Grant, found, found.Part(PartName.Masked), default));
        await Assert.ThrowsAsync<ErasedException>(() => parts.OpenOwnAsync(admitted.Grant, found, PartName.Manifest, default));
        Assert.DoesNotContain("content.damaged", await test.EventsAsync());
    }

    private static async Task EraseAsync(TestGateway test, TransferId id) => Assert.IsType<ErasureResult.Found>(
        await test.Gateway.Erasures.EraseAsync(TestGateway.Admin, test.Agreement, new ErasureScope.Transfers([id]), dryRun: false, default));

    private static async Task AskIndexAsync(TestGateway test)
    {
        var found = Assert.IsType<SearchResult.Found>(await test.Gateway.Search.RunAsync(
            TestGateway.Auditor, test.Agreement.Value, new EventFilter { Seen = "ssn" }, null, null, default));
        Assert.NotEqual(0, await found.ReadAsync(default).CountAsync());
    }

    private static async Task<List<byte[]>> SealedAsync(TestGateway test)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        return [.. await connection.QueryAsync<byte[]>(
            """
            SELECT wrapped_key FROM transfer UNION ALL SELECT sealed_name FROM transfer
            UNION ALL SELECT sealed_cell FROM reveal UNION ALL SELECT sealed_subject FROM reveal WHERE sealed_subject IS NOT NULL
            """)];
    }

    /// <summary>A value as it is, and as a digest that whoever guesses it could compare.</summary>
    private static IEnumerable<byte[]> Forms(string value)
    {
        var plain = Encoding.UTF8.GetBytes(value);
        var digest = SHA256.HashData(plain);
        return [plain, digest, .. ((string[])[Convert.ToHexString(digest), Convert.ToHexStringLower(digest), Convert.ToBase64String(digest), Convert.ToBase64String(plain)]).Select(Encoding.ASCII.GetBytes)];
    }

    /// <summary>All that the gateway has on its disk: database and index with their write-ahead logs, blobs, logs, keys.</summary>
    private sealed class Stored(TestGateway test)
    {
        private readonly List<byte[]> _files = [.. Directory.EnumerateFiles(test.Data, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal)).Select(path =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        })];

        internal bool Holds(byte[] secret) => _files.Any(file => file.AsSpan().IndexOf(secret) >= 0);
    }
}
