using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Masking;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Tests.Reveal;

/// <summary>A gateway whose agreement has reveals: two of three approvers, ten minutes.</summary>
internal sealed class RevealGateway : IAsyncDisposable
{
    private static readonly string[] s_columns = ["claim_id", "name", "ssn", "notes"];

    private readonly List<SecretKey> _approverKeys =
        [.. Enumerable.Range(1, 3).Select(n => SecretKey.Generate($"Approver {n} <a{n}@client.example>", TestGateway.Start))];

    internal TestGateway Test { get; } = new();

    internal RevealDesk Desk => Test.Gateway.Reveals;

    internal TransferId Sent { get; private set; }

    internal List<string[]> Masked { get; private set; } = [];

    internal static Caller Approver(int n) => TestGateway.Caller("client", $"approver-{n}", Role.ClientApprover);

    internal static async Task<RevealGateway> StartAsync(string more = "  break-glass: { review-hours: 8 }", string ssn = "{ transform: fpe, alphabet: digits }", string custody = "none")
    {
        var gateway = new RevealGateway();
        await gateway.Test.OpenAsync();
        await gateway.Test.AgreeAsync(gateway.Document(more, custody).Replace("{ transform: fpe, alphabet: digits }", ssn, StringComparison.Ordinal));
        await gateway.SendAsync();
        return gateway;
    }

    /// <summary>The client sends a file, and the vendor fetches it.</summary>
    internal async Task SendAsync()
    {
        Sent = await Test.SentAsync(TestGateway.Csv);
        var masked = await Test.FetchAsync(TestGateway.Agent, Test.VendorKey, Sent);
        Masked = [.. masked.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(','))];
    }

    internal string Document(string more = "", string custody = "none", string format = "csv") => $$"""
        {{Test.Document(format, custody)}}
        reveals:
          approvers:
        {{string.Concat(_approverKeys.Select((key, i) => $"  - caller: approver-{i + 1}\n    certificate: |\n{TestGateway.Indent(key.Certificate.ToArmor(), 6)}\n"))}}
          approvals: 2
          purposes: [callback, dispute]
          per-agent-hour: 1000
          per-hour: 10000
        {{more}}

        """;

    /// <summary>The cell that the vendor has received in a row, from 1.</summary>
    internal string Cell(int row, string field) => Masked[row - 1][Array.IndexOf(s_columns, field)];

    internal Task<RevealResult> AskAsync(
        int row = 1, string field = "ssn", string? masked = null, bool breakGlass = false, string purpose = "callback", string ticket = "T-1", Caller? caller = null) =>
        Desk.RequestAsync(
            caller ?? TestGateway.Agent,
            new RevealQuestion(Sent, new ClaimedCell(field, Encoding.UTF8.GetBytes(masked ?? Cell(row, field))) { Row = row }, purpose, ticket, breakGlass), default);

    internal async Task<RevealId> AskedAsync(int row = 1, string field = "ssn", bool breakGlass = false) =>
        Assert.IsType<RevealResult.Done>(await AskAsync(row, field, breakGlass: breakGlass)).View.Request.Id;

    internal Task<RevealResult> ApproveAsync(RevealId id, int approver, int? key = null, RevealId? text = null) =>
        ApproveAsync(id, approver, _approverKeys[(key ?? approver) - 1], text);

    internal async Task<RevealResult> ApproveAsync(RevealId id, int approver, SecretKey key, RevealId? text = null)
    {
        var shown = Assert.IsType<RevealResult.Done>(await Desk.FindAsync(TestGateway.Admin, text ?? id, default)).View;
        var signature = await Test.SignatureAsync(key, RevealText.Canonical(shown.Request, shown.Terms.Minutes));
        return await Desk.SignAsync(Approver(approver), id, signature, default);
    }

    internal async Task<string?> ShownAsync(RevealId id, Caller? caller = null) =>
        await Desk.ShowAsync(caller ?? TestGateway.Agent, id, default) is RevealResult.Shown shown ? Encoding.UTF8.GetString(shown.Value) : null;

    internal async Task<RevealState> StateAsync(RevealId id)
    {
        var view = Assert.IsType<RevealResult.Done>(await Desk.FindAsync(TestGateway.Admin, id, default)).View;
        return view.Standing.StateAt(Test.Clock.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var key in _approverKeys) key.Dispose();
        await Test.DisposeAsync();
    }
}
