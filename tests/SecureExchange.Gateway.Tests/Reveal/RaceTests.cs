using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Reveal;

namespace SecureExchange.Gateway.Tests.Reveal;

/// <summary>Approvals, withdrawals, denials and the clock at the same moment. <c>SX_RACE_ROUNDS=1000</c> for the long form.</summary>
public class RaceTests
{
    [Fact]
    public async Task Whoever_comes_first_in_the_log_decides_and_nothing_counts_twice()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("SX_RACE_ROUNDS"), out var many) ? many : 25;
        await using var gateway = await RevealGateway.StartAsync(more: "  expire-hours: 1");
        var outcomes = new Dictionary<RevealState, int>();
        for (var round = 0; round < rounds; round++)
        {
            var id = await gateway.AskedAsync();
            var shown = 0;
            await Task.WhenAll(((Func<Task>[])
                [
                    () => gateway.ApproveAsync(id, 1), () => gateway.ApproveAsync(id, 1), () => gateway.ApproveAsync(id, 2), () => gateway.ApproveAsync(id, 3),
                    async () => shown += await gateway.ShownAsync(id) is null ? 0 : 1,
                    () => round % 3 == 0 ? gateway.Desk.WithdrawAsync(TestGateway.Agent, id, default)
                        : round % 3 == 1 ? gateway.Desk.DenyAsync(RevealGateway.Approver(3), id, default) : Task.Run(() => gateway.Test.Clock.Advance(TimeSpan.FromHours(1))),
                ]).OrderBy(_ => Random()).Select(act => Task.Run(act)));
            var state = await gateway.StateAsync(id);
            outcomes[state] = outcomes.GetValueOrDefault(state) + 1;
            if (await gateway.ShownAsync(id) is not null) Assert.Equal(RevealState.Granted, state);
            await AssertLogAsync(gateway, id, shown);
        }

        Assert.True(outcomes.Count > 1, string.Join(", ", outcomes));
    }

    /// <summary>The order of the log alone has to explain what happened.</summary>
    private static async Task AssertLogAsync(RevealGateway gateway, RevealId id, int shown)
    {
        var events = new List<JsonElement>();
        await foreach (var entry in gateway.Test.Gateway.Log.ReadAsync(LogName.Of(gateway.Test.Agreement), 0, long.MaxValue, default))
        {
            using var json = JsonDocument.Parse(entry.Data);
            if (json.RootElement.TryGetProperty("reveal", out var reveal) && reveal.ValueEquals(id.Value) && json.RootElement.TryGetProperty("step", out _))
                events.Add(json.RootElement.Clone());
        }

        var kinds = events.Select(e => e.GetProperty("kind").GetString()!).ToList();
        var approvers = events.Where(e => e.GetProperty("kind").ValueEquals("reveal.approved")).Select(e => e.GetProperty("caller").GetString()).ToList();
        Assert.Equal(approvers.Distinct(), approvers);
        Assert.True(approvers.Count <= 2, "more approvals than it takes");
        Assert.True(kinds.Count(kind => kind is "reveal.denied" or "reveal.withdrawn") <= 1);
        var ended = kinds.FindIndex(kind => kind is "reveal.denied" or "reveal.withdrawn");
        var showings = Enumerable.Range(0, kinds.Count).Where(i => kinds[i] == "reveal.shown").ToList();
        Assert.True(showings.Count >= shown);
        var secondApproval = Enumerable.Range(0, kinds.Count).Where(i => kinds[i] == "reveal.approved").Skip(1).FirstOrDefault(int.MaxValue);
        Assert.All(showings, i => Assert.True(i > secondApproval && (ended < 0 || i < ended), string.Join(' ', kinds)));
        if (ended >= 0) Assert.All(Enumerable.Range(ended + 1, kinds.Count - ended - 1), i => Assert.NotEqual("reveal.approved", kinds[i]));
    }

    private static int Random() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
}
