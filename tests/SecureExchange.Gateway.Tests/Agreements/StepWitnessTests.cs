using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;

namespace SecureExchange.Gateway.Tests.Agreements;

/// <summary>Whoever can write to the database, and not to the log, changes no agreement.</summary>
public sealed class StepWitnessTests
{
    public static TheoryData<string, string> Changes => new()
    {
        // Another text under both signatures: every field in clear, say.
        { "UPDATE agreement_version SET document = document || '# signed by nobody'", "the text of version 1" },
        // A step that another step's event stands for, or one of another kind, or of another version.
        { "UPDATE agreement_step SET event = event - 1 WHERE kind = 3", "two steps of the agreement for one event, so one" },
        { "UPDATE agreement_step SET number = 2 WHERE kind = 3", "a step (Signed) of the agreement" },
        { "UPDATE agreement_step SET id = 'feedfeedfeedfeedfeedfeedfeedfeed' WHERE kind = 2", "a step (Proposed) of the agreement" },
        { "UPDATE agreement_step SET kind = 5 WHERE kind = 2", "a step (Suspended) of the agreement" },
        // A suspension taken back by nobody.
        {
            """
            INSERT INTO agreement_step (id, agreement, number, kind, side, log_size, event)
            SELECT 'feedfeedfeedfeedfeedfeedfeedfeed', agreement, 1, 6, side, 0, 4 FROM agreement_step WHERE kind = 1
            """,
            "a step (Resumed) of the agreement"
        },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_the_database_says_of_an_agreement_and_its_log_does_not_is_not_believed(string sql, string what)
    {
        await using var test = await TestGateway.StartAsync();
        await test.SentAsync(TestGateway.Csv);
        var log = LogName.Of(test.Agreement);
        var good = Path.Combine(test.Data, "good.db");
        await test.ExecuteAsync($"VACUUM INTO '{good}'");
        await test.ExecuteAsync(sql);
        await test.RestartAsync();
        await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv));
        Assert.Equal($"the database has {what} that the log hasn't", test.Gateway.Log.Stopped.Findings[log]);

        // Verifying the log again doesn't help: it is the database that is wrong.
        Assert.Null((await test.RecheckAsync(log)).Finding);
        await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv));

        await test.ExecuteAsync($"""
            ATTACH '{good}' AS good;
            DELETE FROM agreement_step; INSERT INTO agreement_step SELECT * FROM good.agreement_step;
            DELETE FROM agreement_version; INSERT INTO agreement_version SELECT * FROM good.agreement_version;
            """);
        Assert.Null((await test.RecheckAsync(log)).Finding);
        Assert.IsType<IntakeResult.Accepted>(await test.SendAsync(TestGateway.Csv));
    }
}
