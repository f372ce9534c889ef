using System.Text;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Release;
using SecureExchange.Gateway.Return;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Gateway.Tests;

public class PipelineTests
{
    [Fact]
    public async Task A_result_can_be_fetched_although_its_dispatch_was_erased()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var worked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        var back = Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, worked)).Transfer;
        await test.ExecuteAsync("UPDATE transfer SET state = 7 WHERE kind = 1");
        Assert.Contains("1,Ada,123-45-6789", await test.FetchAsync(TestGateway.Uploader, test.ClientKey, back), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_goes_out_masked_and_comes_back_with_its_real_values()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        Assert.DoesNotContain(",Ada,", masked, StringComparison.Ordinal);
        Assert.DoesNotContain("123-45-6789", masked, StringComparison.Ordinal);
        Assert.Equal(TestGateway.Csv, await test.FetchAsync(TestGateway.Uploader, test.ClientKey, sent));
        var returned = Assert.IsType<ReturnResult.Accepted>(await test.ReturnAsync(sent, masked)).Transfer;
        var result = await test.FetchAsync(TestGateway.Uploader, test.ClientKey, returned);
        Assert.Contains("1,Ada,123-45-6789,", result, StringComparison.Ordinal);
        Assert.Equal(
            ["agreement.created", "dispatch.accepted", "content.fetched", "content.fetched", "return.accepted", "content.fetched"],
            await test.EventsAsync());
    }

    [Fact]
    public async Task A_refused_file_leaves_nothing_but_its_event()
    {
        await using var test = await TestGateway.StartAsync();
        var refused = Assert.IsType<IntakeResult.Refused>(await test.SendAsync("claim_id,name,ssn,notes\n1,Ada,123-45-6789\n"));
        Assert.Equal("record.ragged-row", refused.Fault.Code);
        Assert.Equal(1, refused.Fault.Row);
        Assert.Empty(test.TransferBlobs());
        Assert.Equal(["agreement.created", "dispatch.refused"], await test.EventsAsync());
    }

    [Fact]
    public async Task What_a_file_calls_its_columns_is_not_in_the_log()
    {
        await using var test = await TestGateway.StartAsync();
        var refused = Assert.IsType<IntakeResult.Refused>(await test.SendAsync("claim_id,name,ssn,notes,Grace Hopper\n"));
        Assert.Equal("record.unlisted-field", refused.Fault.Code);
        Assert.False(Contains(test.LogFolder, "Hopper"));
    }

    [Fact]
    public async Task A_connection_that_breaks_leaves_nothing()
    {
        await using var test = await TestGateway.StartAsync();
        var refused = Assert.IsType<IntakeResult.Refused>(await test.SendAsync(new BrokenStream(TestGateway.Csv)));
        Assert.Equal("transfer.incomplete", refused.Fault.Code);
        Assert.Empty(test.TransferBlobs());
    }

    [Fact]
    public async Task The_same_request_key_makes_one_transfer()
    {
        await using var test = await TestGateway.StartAsync();
        var first = Assert.IsType<IntakeResult.Accepted>(await test.SendAsync(TestGateway.Csv, "key-1"));
        var again = Assert.IsType<IntakeResult.Accepted>(await test.SendAsync(TestGateway.Csv, "key-1"));
        Assert.True(again.Repeated);
        Assert.Equal(first.Transfer, again.Transfer);
        Assert.Equal(first.Logged.ToString(), again.Logged.ToString());
        Assert.Equal(["agreement.created", "dispatch.accepted"], await test.EventsAsync());
    }

    [Fact]
    public async Task A_request_key_is_for_one_request_only()
    {
        await using var test = await TestGateway.StartAsync();
        var one = await test.SentAsync(TestGateway.Csv);
        var two = await test.SentAsync(TestGateway.Csv);
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, one);
        Assert.IsType<ReturnResult.Accepted>(await ReturnAsync(one));
        Assert.Equal("request.key-reused", Assert.IsType<ReturnResult.Refused>(await ReturnAsync(two)).Fault.Code);

        Task<ReturnResult> ReturnAsync(Access.TransferId of) => test.Gateway.Returns.RunAsync(
            TestGateway.Agent, of, null, "key-1", new MemoryStream(Encoding.UTF8.GetBytes(masked)), length: null, default);
    }

    [Fact]
    public async Task A_vendor_does_not_see_what_the_client_calls_its_files()
    {
        await using var test = await TestGateway.StartAsync();
        await test.SentAsync(TestGateway.Csv);
        var forVendor = Assert.IsType<TransfersResult.Found>(await test.Gateway.Transfers.ListAsync(TestGateway.Agent, test.Agreement, 0, 10, default));
        var forClient = Assert.IsType<TransfersResult.Found>(await test.Gateway.Transfers.ListAsync(TestGateway.Uploader, test.Agreement, 0, 10, default));
        Assert.Null(Assert.Single(forVendor.Transfers).Name);
        Assert.Equal("claims.csv", Assert.Single(forClient.Transfers).Name);
    }

    [Fact]
    public async Task A_certificate_that_has_expired_since_stops_the_sealing_and_names_its_party()
    {
        await using var test = await TestGateway.StartAsync(vendorKeyLives: TimeSpan.FromDays(30));
        await test.SentAsync(TestGateway.Csv);
        test.Clock.Advance(TimeSpan.FromDays(31));
        var fault = Assert.IsType<IntakeResult.Refused>(await test.SendAsync(TestGateway.Csv)).Fault;
        Assert.Equal("certificate.expired", fault.Code);
        Assert.Contains("certificate of vendor", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_gateways_public_log_names_no_caller()
    {
        await using var test = await TestGateway.StartAsync();
        var stranger = TestGateway.Caller("stranger", "mallory-1", Access.Role.ClientUploader);
        Assert.IsType<TransfersResult.Denied>(await test.Gateway.Transfers.ListAsync(stranger, test.Agreement, 0, 10, default));
        var log = Path.Combine(test.Data, "blobs", "logs", "gateway");
        Assert.True(Contains(log, "\"caller\":\"tag:"));
        Assert.False(Contains(log, "mallory"));
        Assert.False(Contains(log, "client.claims"));
    }

    [Fact]
    public async Task A_request_key_of_a_refused_file_can_be_used_again()
    {
        await using var test = await TestGateway.StartAsync();
        Assert.IsType<IntakeResult.Refused>(await test.SendAsync("claim_id\n1,2\n", "key-1"));
        Assert.False(Assert.IsType<IntakeResult.Accepted>(await test.SendAsync(TestGateway.Csv, "key-1")).Repeated);
    }

    [Fact]
    public async Task A_quarantined_return_is_the_clients_to_see_and_not_the_vendors()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var masked = await test.FetchAsync(TestGateway.Agent, test.VendorKey, sent);
        var rows = masked.Split('\n');
        var lost = Assert.IsType<ReturnResult.Quarantined>(await test.ReturnAsync(sent, $"{rows[0]}\n{rows[1]}\n"));
        Assert.Equal(1, lost.Findings!.Total);
        Assert.IsType<FetchResult.NotForCaller>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, lost.Transfer, null, default));
        Assert.Equal($"{rows[0]}\n{rows[1]}\n", await test.FetchAsync(TestGateway.Uploader, test.ClientKey, lost.Transfer));
        var read = Assert.IsType<FindingsResult.Found>(await test.Gateway.Findings.ReadAsync(TestGateway.Agent, lost.Transfer, default));
        Assert.Contains("\"missing-row\"", Encoding.UTF8.GetString(read.Json.Span), StringComparison.Ordinal);
        Assert.DoesNotContain(test.TransferBlobs(), b => b.EndsWith("spool", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_altered_message_gets_the_same_answer_wherever_it_was_altered()
    {
        await using var test = await TestGateway.StartAsync();
        // The plaintext itself is refused where nobody altered it: that answer must not come for an altered one.
        var message = await SealAsync(test, "claim_id,name,ssn,notes\n1,Ada\n");
        var whole = Assert.IsType<IntakeResult.Refused>(await test.SendAsync(new MemoryStream(message)));
        Assert.Equal("record.ragged-row", whole.Fault.Code);
        var answers = new HashSet<string>();
        for (var i = message.Length - 60; i < message.Length; i++)
        {
            var altered = (byte[])message.Clone();
            altered[i] ^= 1;
            answers.Add(Assert.IsType<IntakeResult.Refused>(await test.SendAsync(new MemoryStream(altered))).Fault.ToString());
        }

        Assert.Contains("openpgp.decryption-failed", Assert.Single(answers), StringComparison.Ordinal);
        Assert.Empty(test.TransferBlobs());
    }

    [Fact]
    public async Task Where_signed_input_is_agreed_clear_input_is_refused()
    {
        await using var test = await TestGateway.StartAsync(signed: "required");
        Assert.Equal("signature.missing", Assert.IsType<IntakeResult.Refused>(await test.SendAsync(TestGateway.Csv)).Fault.Code);
        Assert.IsType<IntakeResult.Accepted>(await test.SendAsync(new MemoryStream(await SealAsync(test, TestGateway.Csv, test.ClientKey))));
        var stranger = await SealAsync(test, TestGateway.Csv, test.VendorKey);
        Assert.Equal(
            "signature.unknown-signer", Assert.IsType<IntakeResult.Refused>(await test.SendAsync(new MemoryStream(stranger))).Fault.Code);
    }

    [Fact]
    public async Task Records_are_answered_line_by_line()
    {
        await using var test = await TestGateway.StartAsync("ndjson");
        const string Body = "{\"claim_id\":1,\"name\":\"Ada\",\"ssn\":\"123-45-6789\"}\n{broken\n\n{\"claim_id\":2,\"name\":\"Mary\",\"ssn\":\"987-65-4321\"}";
        using var lines = new RecordLines(new MemoryStream(Encoding.UTF8.GetBytes(Body)));
        var verdicts = new List<RecordVerdict>();
        await foreach (var answer in test.Gateway.Records.RunAsync(TestGateway.Uploader, test.Agreement, null, lines, default))
            verdicts.AddRange(Assert.IsType<RecordsAnswer.Batch>(answer).Verdicts);
        Assert.Equal([1, 2, 4], verdicts.Select(v => v.Line));
        Assert.Equal([null, "record.not-json", null], verdicts.Select(v => v.Fault?.Code));
        var ready = Assert.IsType<RecordsResult.Ready>(
            await test.Gateway.RecordsDesk.RunAsync(TestGateway.Agent, test.Agreement, 0, inClear: false, default));
        var records = 0L;
        await foreach (var batch in ready.ReadAsync(default)) records += batch.Transfer.Records;
        Assert.Equal(2, records);
        Assert.IsType<RecordsResult.NoCustody>(
            await test.Gateway.RecordsDesk.RunAsync(TestGateway.Agent, test.Agreement, 0, inClear: true, default));
    }

    [Fact]
    public async Task Content_that_was_changed_in_the_store_never_arrives_whole()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        var blob = test.TransferBlobs().Single(b => b.EndsWith("masked.pgp", StringComparison.Ordinal));
        var bytes = await File.ReadAllBytesAsync(blob);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(blob, bytes);
        await using var ready = Assert.IsType<FetchResult.Ready>(await test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        using var received = new MemoryStream();
        await Assert.ThrowsAsync<DamagedContentException>(() => ready.CopyToAsync(received, default));
        Assert.True(received.Length < bytes.Length);
        Assert.Equal("content.damaged", (await test.EventsAsync())[^1]);
    }

    private static async Task<byte[]> SealAsync(TestGateway test, string content, params SecureExchange.OpenPgp.Keys.SecretKey[] signers)
    {
        using var message = new MemoryStream();
        await using (var writer = PgpMessage.Seal(
            message, new SealOptions { Recipients = [test.Gateway.Certificate], Signers = signers, Now = test.Clock.GetUtcNow() }))
        {
            await writer.WriteAsync(Encoding.UTF8.GetBytes(content), default);
            await writer.CompleteAsync(default);
        }

        return message.ToArray();
    }

    private static bool Contains(string folder, string text) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    /// <summary>Gives its content, and breaks instead of ending.</summary>
    private sealed class BrokenStream(string content) : MemoryStream(Encoding.UTF8.GetBytes(content))
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is var length && length > 0 ? length : throw new IOException("connection reset");
    }
}
