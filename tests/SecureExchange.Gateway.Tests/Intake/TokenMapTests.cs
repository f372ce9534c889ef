using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Erasure;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Return;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Gateway.Tests.Intake;

/// <summary>Random tokens and reversible pseudonyms through the gateway: the same in every dispatch, turned back from a return, and
/// forgotten with what held them.</summary>
public class TokenMapTests
{
    [Fact]
    public async Task A_return_gets_real_values_back_and_the_same_value_has_the_same_token_in_the_next_dispatch()
    {
        await using var test = await StartAsync();
        var (sent, next) = (await test.SentAsync(TestGateway.Csv), await test.SentAsync(TestGateway.Csv));
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        Assert.DoesNotContain(",Ada,", masked, StringComparison.Ordinal);
        Assert.Matches(@"^claim_id,name,ssn,notes\n1,[^,]+,vlt_[^,]{22},", masked);
        Assert.Equal(masked, await test.FetchAsync(TestGateway.Agent, test.VendorKey, next));
        var accepted = Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, masked));
        Assert.Equal(
            "claim_id,name,ssn,notes\n1,Ada,123-45-6789,[redacted]\n2,Mary,987-65-4321,\n",
            await test.FetchAsync(TestGateway.Uploader, test.ClientKey, accepted.Transfer));
        foreach (var file in Directory.EnumerateFiles(test.Data, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith(".lock", StringComparison.Ordinal)))
            Assert.True(Bytes(file).AsSpan().IndexOf("987-65-4321"u8) < 0, file);
    }

    [Fact]
    public async Task Records_get_the_tokens_that_files_got_and_a_repeated_request_the_same_answer()
    {
        await using var test = await StartAsync("ndjson");
        const string Line = """{"claim_id":"1","name":"Ada","ssn":"123-45-6789"}""";
        var file = await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(Line + "\n"));
        RecordsAnswer.Batch[] answers = [await RecordsAsync(test, Line), await RecordsAsync(test, Line)];
        Assert.All(answers, answer => Assert.Null(Assert.Single(answer.Verdicts).Fault));
        Assert.Equal(answers[0].Verdicts, answers[1].Verdicts);
        Assert.True(TransferId.TryParse(answers[0].Verdicts[0].Record!.Split('/')[0], out var id));
        Assert.Equal(file, await test.FetchAsync(TestGateway.Agent, test.VendorKey, id));
    }

    [Fact]
    public async Task What_is_erased_turns_back_no_more_and_what_another_transfer_holds_stays()
    {
        await using var test = await StartAsync();
        var gone = await test.SentAsync(TestGateway.Csv);
        var stays = await test.SentAsync("claim_id,name,ssn,notes\n2,Mary,987-65-4321,\n");
        var before = Tokens(await test.FetchAsync(TestGateway.Agent, test.VendorKey, gone));
        var (key, map) = (await MapKeyAsync(test), MapFile(test));
        var found = Assert.IsType<ErasureResult.Found>(await test.Gateway.Erasures.EraseAsync(
            TestGateway.Admin, test.Agreement, new ErasureScope.Value("ssn", "123-45-6789"), dryRun: false, default));
        Assert.Equal([gone], found.Transfers.Select(t => t.Id));
        Assert.False(File.Exists(map));
        Assert.All(Directory.GetFiles(test.Data, "gateway.db*"), file => Assert.True(Bytes(file).AsSpan().IndexOf(key) < 0));
        Assert.IsType<ReturnResult.Denied>(await test.ReturnAsync(gone, "claim_id,name,ssn,notes\n"));

        var after = Tokens(await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(TestGateway.Csv)));
        Assert.NotEqual(before[0], after[0]);
        Assert.Equal(before[1], after[1]);
        Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(stays, await test.FetchAsync(TestGateway.Agent, test.VendorKey, stays)));
    }

    [Fact]
    public async Task Of_two_dispatches_at_once_that_contradict_each_other_one_is_sent_again()
    {
        await using var test = await StartAsync();
        using var body = new GatedStream(TestGateway.Csv, free: 40);
        var slow = test.SendAsync(body);
        await body.Reached;
        var quick = Tokens(await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(TestGateway.Csv)));
        body.Open();
        Assert.Equal("transfer.token-map-moved", Assert.IsType<IntakeResult.Refused>(await slow).Fault.Code);
        Assert.Equal(quick, Tokens(await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(TestGateway.Csv))));
    }

    [Fact]
    public async Task A_dispatch_does_not_bring_back_what_was_erased_while_it_was_masked()
    {
        await using var test = await StartAsync();
        var gone = await test.SentAsync(TestGateway.Csv);
        using var body = new GatedStream(TestGateway.Csv, free: 40);
        var slow = test.SendAsync(body);
        await body.Reached;
        await test.Gateway.Erasures.EraseAsync(TestGateway.Admin, test.Agreement, new ErasureScope.Transfers([gone]), dryRun: false, default);
        body.Open();
        Assert.Equal("transfer.token-map-moved", Assert.IsType<IntakeResult.Refused>(await slow).Fault.Code);
    }

    [Theory]
    [InlineData("UPDATE transfer SET state = 2, event = NULL, sequence = NULL", true)]
    [InlineData("UPDATE transfer SET state = 1, event = NULL, sequence = NULL, log_size = NULL", false)]
    public async Task After_a_crash_the_map_fits_what_is_published(string crash, bool published)
    {
        await using var test = await StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.Gateway.DisposeAsync();
        await test.ExecuteAsync(crash);
        await test.OpenAsync();
        var next = await test.FetchAsync(TestGateway.Agent, test.VendorKey, await test.SentAsync(TestGateway.Csv));
        if (!published)
        {
            Assert.IsType<ReturnResult.Denied>(await test.ReturnAsync(sent, next));
            return;
        }

        Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, next)); // The same tokens, so the same file.
    }

    [Fact]
    public async Task Two_gateways_over_one_store_lose_nothing()
    {
        await using var test = await StartAsync();
        var stores = await Task.WhenAll(NewStoreAsync(test), NewStoreAsync(test));
        var grant = Assert.IsType<Admission.Admitted>(await test.Gateway.Gate.AdmitAsync(TestGateway.Uploader, Permission.SendDispatch, test.Agreement, default)).Grant;
        var profile = (await test.Gateway.Agreements.LoadAsync(grant, default)).Profile;
        using var key = await test.Gateway.Agreements.OpenKeyAsync(grant, default);
        var given = new ConcurrentDictionary<int, string>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (n, ct) =>
        {
            using var tokens = await stores[n % 2].BeginAsync(grant, profile, key, ct);
            given[n] = Mask(profile, key, tokens!.Map, $"claim_id,name,ssn,notes\n{n},,s{n},\n");
            await stores[n % 2].MergeAsync(grant, key, TransferId.New(), tokens.Map, ct);
        });
        using var all = await stores[0].BeginAsync(grant, profile, key, default);
        Assert.All(given, pair => Assert.Equal(pair.Value, Mask(profile, key, all!.Map, $"claim_id,name,ssn,notes\n{pair.Key},,s{pair.Key},\n")));
    }

    private static async Task<TestGateway> StartAsync(string format = "csv")
    {
        var test = new TestGateway();
        await test.OpenAsync();
        await test.AgreeAsync(test.Document(format)
            .Replace("{ transform: tokenise }", "{ transform: pseudonym, kind: person, locale: us, reversible: true }", StringComparison.Ordinal)
            .Replace("{ transform: fpe, alphabet: digits }", "{ transform: vault-token }", StringComparison.Ordinal));
        return test;
    }

    private static async Task<RecordsAnswer.Batch> RecordsAsync(TestGateway test, string line)
    {
        using var lines = new RecordLines(new MemoryStream(Encoding.UTF8.GetBytes(line + "\n")));
        return Assert.IsType<RecordsAnswer.Batch>(Assert.Single(
            await test.Gateway.Records.RunAsync(TestGateway.Uploader, test.Agreement, "request-1", lines, default).ToListAsync()));
    }

    private static async Task<TokenMapStore> NewStoreAsync(TestGateway test) => new(
        await Database.OpenAsync(Path.Combine(test.Data, "gateway.db"), default), await FolderBlobStore.OpenAsync(Path.Combine(test.Data, "blobs"), default));

    private static string Mask(MaskingProfile profile, SecureExchange.Gateway.Keys.AgreementKey key, SecureExchange.Masking.Tokens.TokenMap map, string csv)
    {
        using var keys = key.MaskingKeys(1);
        keys.Map = map;
        using var masker = new Masker(profile, keys);
        var output = new ArrayBufferWriter<byte>();
        masker.Mask(Encoding.UTF8.GetBytes(csv), output);
        masker.Complete(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string[] Tokens(string csv) => [.. csv.TrimEnd('\n').Split('\n').Skip(1).Select(row => row.Split(',')[2])];

    private static string MapFile(TestGateway test) =>
        Assert.Single(Directory.GetFiles(Path.Combine(test.Data, "blobs", "token-maps", test.Agreement.Value)));

    private static async Task<byte[]> MapKeyAsync(TestGateway test)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        return await connection.QuerySingleAsync<byte[]>("SELECT wrapped_key FROM token_map");
    }

    /// <summary>Of a file that may be in use.</summary>
    private static byte[] Bytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
