using System.Collections.Concurrent;
using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Access;

/// <summary>Every route × every role × every relation × every state of an agreement, against the real server, compared with what was
/// written down. And every decision has its event.</summary>
public sealed class SweepTests(PartyKeys keys)
{
    private const int AtOnce = 12;

    [Fact(Timeout = 900_000)]
    public async Task Every_route_answers_every_caller_in_every_state_as_the_table_says()
    {
        await using var world = await SweepWorld.StartAsync(keys);
        var table = SweepTable.Read();
        Assert.Equal(SweepRow.All.Select(row => row.Route).Order(StringComparer.Ordinal), (await world.RoutesAsync()).Order(StringComparer.Ordinal));

        var wrong = new ConcurrentBag<string>();
        var tried = 0;
        foreach (var row in SweepRow.All)
        {
            // What changes an agreement goes one by one, and is undone: the next caller has to find the state that its cell is about.
            await Parallel.ForEachAsync(Cells(row, table), new ParallelOptions { MaxDegreeOfParallelism = row.UndoneBy is null ? AtOnce : 1 }, async (cell, _) =>
            {
                Interlocked.Increment(ref tried);
                if (await TryAsync(world, row, cell) is { } fault)
                    wrong.Add($"{row.Route}, {cell.Role} of {cell.Relation}, {cell.State}: {cell.Code ?? "yes"} is written down, the answer is {fault}");
            });
        }

        // An end can't be undone: one yes for each state, at last.
        foreach (var (role, state) in ((string, string)[])[("client.admin", "signed"), ("vendor.admin", "active"), ("client.admin", "suspended")])
        {
            var end = SweepRow.All.Single(row => row.Asks == "EndAgreement");
            if (await TryAsync(world, end, new Cell(role[..6], role, state, null)) is { } fault) wrong.Add($"{end.Route}, {role}, {state}: {fault}");
        }

        Assert.True(wrong.IsEmpty, $"{wrong.Count} of {tried}:\n{string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(40))}");
        Assert.True(tried > 4000, $"{tried}");
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_route_that_is_not_for_anyone_wants_a_token()
    {
        await using var world = await SweepWorld.StartAsync(keys);
        foreach (var row in SweepRow.All)
        {
            var (status, code, _) = await world.SendAsync(row, row.For(SweepWorld.AgreementIn("active"), world.Transfers["active"], world.Reveals["active"]), world.Transfers["active"], "", role: null);
            Assert.True(row.Asks == SweepRow.Anyone ? status is >= 200 and < 300 or 400 or 404 : (status, code) == (401, "token.missing"), $"{row.Route}: {status} {code}");
        }
    }

    private static async Task<string?> TryAsync(SweepWorld world, SweepRow row, Cell cell)
    {
        var transfer = world.Transfers.GetValueOrDefault(cell.State, SweepWorld.NoTransfer);
        var reveal = world.Reveals.GetValueOrDefault(cell.State, SweepWorld.NoTransfer);
        var url = cell.State == "nowhere" ? row.For("nobody.nothing", transfer, reveal) : row.For(SweepWorld.AgreementIn(cell.State), transfer, reveal);
        var (status, code, logged) = await world.SendAsync(row, url, transfer, cell.Relation, cell.Role);
        if (status == 201 && row.UndoneBy is { } undo)
        {
            var (undone, _, _) = await world.SendAsync(row, url[..(url.LastIndexOf('/') + 1)] + undo, transfer, cell.Relation, cell.Role);
            if (undone != 201) return $"{status}, and can't be undone: {undone}";
        }

        var refused = status is 401 or 403 || code == "not-found" ? code : null;
        if (refused != cell.Code) return $"{status} {code}";
        if (status >= 500) return $"{status} {code}";
        // A no is logged in the agreement's log for those who know of the agreement, else in the gateway's.
        var log = code == "not-found" || !row.IsOfAgreement ? "gateway/" : $"{SweepWorld.AgreementIn(cell.State)}/";
        if ((cell.Code is not null || row.MakesEvent) && logged?.StartsWith(log, StringComparison.Ordinal) != true) return $"{status} {code} with the event {logged ?? "missing"}";
        return null;
    }

    private static IEnumerable<Cell> Cells(SweepRow row, SweepTable table)
    {
        if (row.Asks == SweepRow.Anyone) yield break;
        var states = row.IsOfAgreement ? SweepTable.States : ["active"];
        foreach (var relation in SweepTable.Relations)
        {
            foreach (var role in SweepTable.Roles)
            {
                if (row.IsOfAgreement) yield return new Cell(relation, role, "nowhere", "not-found");
                foreach (var state in states)
                {
                    var code = row.IsOfTransfer && state is ("draft" or "proposed" or "signed")
                        ? "not-found" // Nothing can have been sent yet.
                        : table.CodeFor(row, relation, role, state);
                    if (code is null && row.Asks == "EndAgreement") continue;
                    yield return new Cell(relation, role, state, code);
                }
            }
        }
    }

    /// <summary>One caller in one state, and the problem code that is written down; null: yes.</summary>
    private sealed record Cell(string Relation, string Role, string State, string? Code);
}
