using System.Text;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Masking;

namespace SecureExchange.Gateway.Tests.Reveal;

/// <summary>What doesn't turn back is shown where both parties have agreed that the gateway keeps it, and behind the same approval.</summary>
public sealed class OriginalsTests
{
    [Fact]
    public async Task A_redacted_value_is_shown_after_approval_where_the_agreement_gives_custody()
    {
        await using var gateway = await RevealGateway.StartAsync(custody: "[originals]");
        var id = Assert.IsType<RevealResult.Done>(await AskAsync(gateway, row: 1)).View.Request.Id;
        Assert.Null(await gateway.ShownAsync(id));
        await gateway.ApproveAsync(id, 1);
        Assert.Null(await gateway.ShownAsync(id));
        await gateway.ApproveAsync(id, 2);
        Assert.Equal("hello", await gateway.ShownAsync(id));
        Assert.Contains("reveal.shown", await gateway.Test.AllEventsAsync());
        foreach (var blob in gateway.Test.TransferBlobs())
            Assert.DoesNotContain("hello", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(blob)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_row_may_be_named_by_its_key_and_has_to_have_been_sent()
    {
        await using var gateway = await RevealGateway.StartAsync(custody: "originals");
        Assert.Equal("reveal.no-such-cell", Fault(await AskAsync(gateway, row: 3)));
        Assert.Equal("reveal.no-such-cell", Fault(await AskAsync(gateway, row: 0)));
        Assert.Equal("reveal.no-such-cell", Fault(await AskAsync(gateway, rowKey: "9")));
        var id = Assert.IsType<RevealResult.Done>(await AskAsync(gateway, rowKey: "1", breakGlass: true)).View.Request.Id;
        Assert.Equal("hello", await gateway.ShownAsync(id));
    }

    [Fact]
    public async Task What_turns_back_still_wants_its_masked_cell_and_what_is_kept_in_clear_or_unknown_is_nothing_to_reveal()
    {
        await using var gateway = await RevealGateway.StartAsync(custody: "originals");
        Assert.Equal("reveal.masked-missing", Fault(await AskAsync(gateway, row: 1, field: "ssn")));
        Assert.Equal("reveal.not-reversible", Fault(await AskAsync(gateway, row: 1, field: "claim_id")));
        Assert.Equal("reveal.not-reversible", Fault(await AskAsync(gateway, row: 1, field: "nothing")));
        Assert.Equal("reveal.no-such-cell", Fault(await gateway.AskAsync(1, "ssn", gateway.Cell(2, "ssn"))));
    }

    [Fact]
    public async Task Records_are_kept_batch_by_batch()
    {
        await using var gateway = new RevealGateway();
        await gateway.Test.OpenAsync();
        await gateway.Test.AgreeAsync(gateway.Document("  break-glass: { review-hours: 8 }", "[masked-records, originals]", "ndjson"));
        using var body = new MemoryStream("{\"claim_id\":1,\"name\":\"Ada\",\"ssn\":\"123-45-6789\",\"notes\":\"one \\\"two\\\"\"}\n"u8.ToArray());
        using var lines = new RecordLines(body);
        Access.TransferId? sent = null;
        await foreach (var answer in gateway.Test.Gateway.Records.RunAsync(TestGateway.Uploader, gateway.Test.Agreement, null, lines, default))
        {
            var record = Assert.Single(Assert.IsType<RecordsAnswer.Batch>(answer).Verdicts).Record!;
            sent = Access.TransferId.TryParse(record.Split('/')[0], out var id) ? id : null;
        }

        var question = new RevealQuestion(sent!.Value, new ClaimedCell("notes", null) { Row = 1 }, "callback", "T-1", IsBreakGlass: true);
        var asked = Assert.IsType<RevealResult.Done>(await gateway.Desk.RequestAsync(TestGateway.Agent, question, default));
        Assert.Equal("one \"two\"", await gateway.ShownAsync(asked.View.Request.Id));
    }

    private static Task<RevealResult> AskAsync(RevealGateway gateway, long? row = null, string? rowKey = null, string field = "notes", bool breakGlass = false) =>
        gateway.Desk.RequestAsync(
            TestGateway.Agent,
            new RevealQuestion(
                gateway.Sent, new ClaimedCell(field, null) { Row = row, RowKey = rowKey is null ? null : Encoding.UTF8.GetBytes(rowKey) }, "callback", "T-1", breakGlass),
            default);

    private static string Fault(RevealResult result) => Assert.IsType<RevealResult.Refused>(result).Fault.Code;
}
