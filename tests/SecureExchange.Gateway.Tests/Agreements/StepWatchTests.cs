using SecureExchange.Access;
using SecureExchange.Gateway.Agreements;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Reveal;
using SecureExchange.Gateway.Tests.Certificates;
using SecureExchange.Gateway.Tests.Reveal;

namespace SecureExchange.Gateway.Tests.Agreements;

/// <summary>Whoever can write to the database takes nothing back that the log has.</summary>
public sealed class StepWatchTests
{
    [Fact]
    public async Task A_suspension_that_is_taken_out_of_the_database_of_a_running_gateway_is_missed_at_the_next_request()
    {
        await using var test = await TestGateway.StartAsync();
        await SuspendAsync(test);
        Assert.Equal(DenialReason.Suspended, Assert.IsType<IntakeResult.Denied>(await test.SendAsync(TestGateway.Csv)).Refusal.Reason);
        await test.ExecuteAsync("DELETE FROM agreement_step WHERE kind = 5");
        await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv));
        Assert.Equal("the log has a step (of the agreement) that the database hasn't", test.Gateway.Log.Stopped.Findings[LogName.Of(test.Agreement)]);
    }

    [Theory]
    [InlineData("DELETE FROM agreement_step WHERE kind = 5", "agreement.suspended")]
    [InlineData("DELETE FROM agreement_step WHERE kind = 3 AND side = 2", "agreement.signed")]
    [InlineData("UPDATE agreement_step SET id = 'feedfeedfeedfeedfeedfeedfeedfeed' WHERE kind = 5", "agreement.suspended")]
    [InlineData("DELETE FROM certificate_step", "certificate.revoked")]
    public async Task A_step_that_was_taken_out_while_nobody_looked_is_missed_after_the_start(string sql, string kind)
    {
        await using var test = await TestGateway.StartAsync();
        await test.RevokeAsync(test.VendorKey);
        await SuspendAsync(test);
        var good = Path.Combine(test.Data, "good.db");
        await test.ExecuteAsync($"VACUUM INTO '{good}'");
        await test.Gateway.DisposeAsync();
        await test.ExecuteAsync(sql);
        await test.OpenAsync();
        var log = LogName.Of(test.Agreement);
        Assert.Equal([(log, $"the log has a step ({kind}) that the database hasn't")], await test.Gateway.StepWatch.RunAsync(default));
        await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv));

        // Verifying the log again doesn't help, nor does the next look: it is the database that lacks something.
        Assert.Null((await test.RecheckAsync(log)).Finding);
        Assert.Empty(await test.Gateway.StepWatch.RunAsync(default));
        await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv));

        await test.ExecuteAsync($"""
            ATTACH '{good}' AS good;
            DELETE FROM agreement_step; INSERT INTO agreement_step SELECT * FROM good.agreement_step;
            DELETE FROM certificate_step; INSERT INTO certificate_step SELECT * FROM good.certificate_step;
            """);
        Assert.Empty(await test.Gateway.StepWatch.RunAsync(default));
        Assert.Null((await test.RecheckAsync(log)).Finding);
        Assert.Equal(DenialReason.Suspended, Assert.IsType<IntakeResult.Denied>(await test.SendAsync(TestGateway.Csv)).Refusal.Reason);
    }

    [Fact]
    public async Task A_denial_of_a_reveal_that_is_taken_out_later_is_missed_at_the_next_look()
    {
        await using var reveals = await RevealGateway.StartAsync();
        var watch = reveals.Test.Gateway.StepWatch;
        Assert.IsType<RevealResult.Done>(await reveals.Desk.DenyAsync(RevealGateway.Approver(2), await reveals.AskedAsync(), default));
        Assert.Empty(await watch.RunAsync(default));
        await reveals.Test.ExecuteAsync("DELETE FROM reveal_step WHERE kind = 3");
        await reveals.SendAsync(); // Something happens in the log.
        Assert.Equal("the log has a step (reveal.denied) that the database hasn't", Assert.Single(await watch.RunAsync(default)).Finding);
        var own = await reveals.Test.Gateway.Log.ReadAsync(LogName.Gateway, 0, long.MaxValue, default).LastAsync();
        Assert.Contains("\"log.differs\"", System.Text.Encoding.UTF8.GetString(own.Data.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_logged_and_not_yet_settled_is_not_missed_and_what_stands_still_is_not_read_again()
    {
        await using var test = await TestGateway.StartAsync();
        await test.SentAsync(TestGateway.Csv);
        await test.ExecuteAsync("UPDATE agreement_step SET event = NULL WHERE kind = 3 AND side = 2");
        Assert.Empty(await test.Gateway.StepWatch.RunAsync(default));
        await test.Gateway.Recovery.RunAsync(default);
        Assert.Empty(await test.Gateway.StepWatch.RunAsync(default));
        test.Blobs.Reset();
        Assert.Empty(await test.Gateway.StepWatch.RunAsync(default));
        Assert.Equal(0, test.Blobs.Count);
    }

    private static async Task SuspendAsync(TestGateway test) =>
        Assert.IsType<AgreementResult.Done>(await test.Gateway.AgreementDesk.SuspendAsync(TestGateway.Admin, test.Agreement, default));
}
