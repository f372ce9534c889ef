using SecureExchange.Access;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Tests.Reveal;

/// <summary>One cell, to one agent, after as many approvals as were agreed, for so many minutes, with every step in the log.</summary>
public class RevealTests
{
    [Fact]
    public async Task A_value_is_shown_after_two_approvals_for_ten_minutes_and_each_step_is_logged()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var id = await gateway.AskedAsync();
        Assert.Null(await gateway.ShownAsync(id));
        Done(await gateway.ApproveAsync(id, 1));
        Assert.Null(await gateway.ShownAsync(id));
        Done(await gateway.ApproveAsync(id, 3));
        Assert.Equal("123-45-6789", await gateway.ShownAsync(id));
        gateway.Test.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal("123-45-6789", await gateway.ShownAsync(id));
        gateway.Test.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await gateway.ShownAsync(id));
        Assert.Equal(RevealState.Over, await gateway.StateAsync(id));
        Assert.Equal(
            ["reveal.requested", "reveal.refused", "reveal.approved", "reveal.refused", "reveal.approved", "reveal.shown", "reveal.shown", "reveal.refused"],
            (await gateway.Test.AllEventsAsync()).Where(kind => kind.StartsWith("reveal.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_token_is_turned_back_as_well() => Assert.Equal("Ada", await ValueAsync("name"));

    [Fact]
    public async Task A_vault_token_is_turned_back_by_the_map_of_its_dispatch()
    {
        await using var gateway = await RevealGateway.StartAsync(ssn: "{ transform: vault-token }");
        Assert.StartsWith("vlt_", gateway.Cell(1, "ssn"), StringComparison.Ordinal);
        var id = await gateway.AskedAsync();
        Done(await gateway.ApproveAsync(id, 1));
        Done(await gateway.ApproveAsync(id, 2));
        Assert.Equal("123-45-6789", await gateway.ShownAsync(id));
    }

    [Fact]
    public async Task A_field_that_does_not_turn_back_says_who_can()
    {
        await using var gateway = await RevealGateway.StartAsync();
        foreach (var field in (string[])["notes", "claim_id", "nothing"])
        {
            var refused = Assert.IsType<RevealResult.Refused>(await gateway.AskAsync(field: field, masked: "x"));
            Assert.Equal("reveal.not-reversible", refused.Fault.Code);
            Assert.Contains("ask the client", refused.Fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_a_cell_that_was_sent_in_that_row_can_be_asked_for()
    {
        await using var gateway = await RevealGateway.StartAsync();
        foreach (var (row, field, masked) in ((int, string, string)[])
            [
                (1, "ssn", gateway.Cell(2, "ssn")), (2, "name", gateway.Cell(1, "name")), (1, "ssn", "000-00-0000"), (3, "ssn", gateway.Cell(1, "ssn")),
                (1, "name", gateway.Cell(1, "ssn")), (0, "ssn", gateway.Cell(1, "ssn")), (1, "ssn", ""),
            ])
        {
            Assert.Equal("reveal.no-such-cell", Fault(await gateway.AskAsync(row, field, masked)));
        }
    }

    [Fact]
    public async Task Whoever_asks_cannot_approve_nor_can_anybody_of_their_party_or_without_being_named()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var id = await gateway.AskedAsync();
        foreach (var (caller, reason) in ((Caller, DenialReason)[])
            [
                (TestGateway.Agent, DenialReason.RoleLacksPermission),
                (TestGateway.Caller("vendor", "approver-1", Role.ClientApprover), DenialReason.RoleLacksPermission),
                (TestGateway.Caller("client", "approver-4", Role.ClientApprover), DenialReason.NotApprover),
                (TestGateway.Admin, DenialReason.RoleLacksPermission),
                (TestGateway.Caller("stranger", "approver-1", Role.ClientApprover), DenialReason.NotFound),
            ])
        {
            Assert.Equal(reason, Assert.IsType<RevealResult.Denied>(await gateway.Desk.SignAsync(caller, id, new byte[] { 1 }, default)).Refusal.Reason);
        }
    }

    [Fact]
    public async Task An_approval_counts_once_for_its_own_request_by_its_own_key()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var (id, other) = (await gateway.AskedAsync(), await gateway.AskedAsync(2));
        Assert.Equal("reveal.signature", Fault(await gateway.ApproveAsync(id, approver: 1, key: 2)));
        Assert.Equal("reveal.signature", Fault(await gateway.ApproveAsync(id, approver: 1, text: other)));
        Done(await gateway.ApproveAsync(id, 1));
        Assert.Equal("reveal.wrong-state", Fault(await gateway.ApproveAsync(id, 1)));
        Assert.Equal(RevealState.Waiting, await gateway.StateAsync(id));
    }

    [Fact]
    public async Task A_request_that_was_denied_withdrawn_or_forgotten_is_dead()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var (denied, withdrawn, expired, closed) = (await gateway.AskedAsync(), await gateway.AskedAsync(), await gateway.AskedAsync(), await gateway.AskedAsync());
        Done(await gateway.ApproveAsync(denied, 1));
        Done(await gateway.Desk.DenyAsync(RevealGateway.Approver(2), denied, default));
        Done(await gateway.Desk.WithdrawAsync(TestGateway.Agent, withdrawn, default));
        Done(await gateway.ApproveAsync(expired, 1));
        await gateway.ApproveAsync(closed, 1);
        await gateway.ApproveAsync(closed, 2);
        Done(await gateway.Desk.DenyAsync(RevealGateway.Approver(3), closed, default)); // What is open already is closed again.
        Assert.Null(await gateway.ShownAsync(closed));
        gateway.Test.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(RevealState.Expired, await gateway.StateAsync(expired));
        foreach (var id in (RevealId[])[denied, withdrawn, expired])
        {
            Assert.Equal("reveal.wrong-state", Fault(await gateway.ApproveAsync(id, 3)));
            Assert.Null(await gateway.ShownAsync(id));
        }
    }

    [Fact]
    public async Task Anothers_request_is_not_there()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var id = await gateway.AskedAsync();
        await gateway.ApproveAsync(id, 1);
        await gateway.ApproveAsync(id, 2);
        // Roles that count for nothing on the vendor's side don't widen what an agent sees.
        var colleague = TestGateway.Caller("vendor", "agent-2", Role.VendorAgent) with { Roles = [Role.VendorAgent, Role.ClientAdmin, Role.Auditor] };
        foreach (var result in (RevealResult[])
            [
                await gateway.Desk.ShowAsync(colleague, id, default), await gateway.Desk.WithdrawAsync(colleague, id, default),
                await gateway.Desk.FindAsync(colleague, id, default), await gateway.Desk.ShowAsync(TestGateway.Agent, RevealId.New(), default),
            ])
        {
            Assert.Equal(DenialReason.NotFound, Assert.IsType<RevealResult.Denied>(result).Refusal.Reason);
        }

        Assert.Empty(Assert.IsType<RevealResult.Listed>(await gateway.Desk.ListAsync(colleague, gateway.Test.Agreement, default)).Views);
        Assert.Single(Assert.IsType<RevealResult.Listed>(await gateway.Desk.ListAsync(RevealGateway.Approver(1), gateway.Test.Agreement, default)).Views);
    }

    [Fact]
    public async Task Break_glass_shows_the_value_at_once_and_owes_a_review()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var id = await gateway.AskedAsync(breakGlass: true);
        Assert.Equal("123-45-6789", await gateway.ShownAsync(id));
        var view = Done(await gateway.Desk.FindAsync(TestGateway.Admin, id, default)).View;
        Assert.Equal(TestGateway.Start.AddHours(8), view.Standing.ReviewDue);
        var reviewed = Done(await gateway.ApproveAsync(id, 2)).View;
        Assert.True(reviewed.Standing is { IsReviewed: true, ReviewDue: null });
        Assert.Equal("reveal.wrong-state", Fault(await gateway.ApproveAsync(id, 1)));
    }

    [Fact]
    public async Task Break_glass_has_to_be_agreed()
    {
        await using var gateway = await RevealGateway.StartAsync(more: "");
        Assert.Equal("reveal.no-break-glass", Fault(await gateway.AskAsync(breakGlass: true)));
    }

    [Theory]
    [InlineData("other", "T-1", "reveal.purpose")]
    [InlineData("callback", "Maria Quispe", "reveal.ticket")]
    [InlineData("callback", "", "reveal.ticket")]
    public async Task A_request_names_an_agreed_purpose_and_a_reference_without_words(string purpose, string ticket, string code)
    {
        await using var gateway = await RevealGateway.StartAsync();
        Assert.Equal(code, Fault(await gateway.AskAsync(purpose: purpose, ticket: ticket)));
    }

    [Fact]
    public async Task An_agent_asks_for_so_many_cells_an_hour_and_no_more()
    {
        await using var gateway = new RevealGateway();
        await gateway.Test.OpenAsync();
        await gateway.Test.AgreeAsync(gateway.Document().Replace("per-agent-hour: 1000", "per-agent-hour: 2", StringComparison.Ordinal).Replace("per-hour: 10000", "per-hour: 3", StringComparison.Ordinal));
        await gateway.SendAsync();
        await gateway.AskedAsync();
        await gateway.AskedAsync(2);
        Assert.Equal("reveal.too-many", Fault(await gateway.AskAsync()));
        var colleague = TestGateway.Caller("vendor", "agent-2", Role.VendorAgent);
        Done(await gateway.AskAsync(caller: colleague));
        Assert.Equal("reveal.too-many", Fault(await gateway.AskAsync(caller: colleague)));
        gateway.Test.Clock.Advance(TimeSpan.FromMinutes(61));
        Done(await gateway.AskAsync());
    }

    [Fact]
    public async Task When_the_log_cannot_be_written_nothing_is_shown()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var id = await gateway.AskedAsync(breakGlass: true);
        File.WriteAllText(Path.Combine(gateway.Test.LogFolder, "head"), "broken");
        await Assert.ThrowsAsync<LogUnavailableException>(() => gateway.Desk.ShowAsync(TestGateway.Agent, id, default));
    }

    [Fact]
    public async Task A_change_of_the_agreement_ends_what_was_asked_under_the_version_before()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var id = await gateway.AskedAsync();
        await gateway.Test.ChangeAsync(gateway.Document().Replace("approvals: 2", "approvals: 1", StringComparison.Ordinal));
        Assert.Equal("reveal.agreement-changed", Fault(await gateway.ApproveAsync(id, 1)));
        // The dispatch of the old version can be asked about under the new one: with the profile that it was masked with.
        var again = await gateway.AskedAsync();
        Done(await gateway.ApproveAsync(again, 1));
        Assert.Equal("123-45-6789", await gateway.ShownAsync(again));
    }

    [Fact]
    public async Task A_step_that_its_log_has_is_taken_at_the_next_start_and_one_that_it_has_not_is_forgotten()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var id = await gateway.AskedAsync();
        await gateway.ApproveAsync(id, 1);
        await gateway.ApproveAsync(id, 2);
        await gateway.Test.Gateway.DisposeAsync();
        await gateway.Test.ExecuteAsync("UPDATE reveal_step SET event = NULL");
        await gateway.Test.OpenAsync();
        Assert.Equal("123-45-6789", await gateway.ShownAsync(id));
        await gateway.Test.Gateway.DisposeAsync();
        await gateway.Test.ExecuteAsync("UPDATE reveal_step SET event = NULL, id = 'x' || id WHERE kind = 2");
        await gateway.Test.OpenAsync();
        Assert.Equal(RevealState.Waiting, await gateway.StateAsync(id));
    }

    [Fact]
    public async Task No_value_and_no_masked_cell_is_stored_in_clear_or_logged()
    {
        await using var gateway = await RevealGateway.StartAsync();
        var (id, masked) = (await gateway.AskedAsync(breakGlass: true), gateway.Cell(1, "ssn"));
        await gateway.ShownAsync(id);
        await gateway.Test.Gateway.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(gateway.Test.Data, "*", SearchOption.AllDirectories))
        {
            var bytes = await File.ReadAllBytesAsync(file);
            Assert.True(bytes.AsSpan().IndexOf("123-45-6789"u8) < 0 && bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(masked)) < 0, file);
        }

        await gateway.Test.OpenAsync();
    }

    private static async Task<string?> ValueAsync(string field)
    {
        await using var gateway = await RevealGateway.StartAsync();
        return await gateway.ShownAsync(await gateway.AskedAsync(field: field, breakGlass: true));
    }

    private static RevealResult.Done Done(RevealResult result) => Assert.IsType<RevealResult.Done>(result);

    private static string Fault(RevealResult result) => Assert.IsType<RevealResult.Refused>(result).Fault.Code;
}
