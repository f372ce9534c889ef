using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Access;

/// <summary>No log entry, no bytes: with the logs gone, no route has an effect or lets content out. The routes are those of the sweep,
/// which is complete or fails.</summary>
public sealed class BlockedLogTests(PartyKeys keys)
{
    /// <summary>What needs no event: what is public, which logs there are, and the objects of a log, which are gone.</summary>
    private static bool NeedsNoEvent(SweepRow row) => row.Asks == SweepRow.Anyone || !row.MakesEvent;

    [Fact(Timeout = 120_000)]
    public async Task While_the_log_cannot_be_written_no_route_does_anything()
    {
        await using var world = await SweepWorld.StartAsync(keys);
        Assert.Equal(SweepRow.All.Select(row => row.Route).Order(StringComparer.Ordinal), (await world.RoutesAsync()).Order(StringComparer.Ordinal));
        var logs = Path.Combine(world.BlobFolder, "logs");
        Directory.Move(logs, logs + "-away");
        await File.WriteAllTextAsync(logs, "no folder");

        var wrong = new List<string>();
        foreach (var row in SweepRow.All)
        {
            foreach (var (party, role) in Callers(row))
            {
                var url = row.For(SweepWorld.AgreementIn("active"), world.Transfers["active"], world.Reveals["active"]);
                var (status, code, logged) = await world.SendAsync(row, url, world.Transfers["active"], party, role);
                var isRefused = status is 503 or 500 && code is "log.unavailable" or "log.damaged" or "store.unavailable" or "store.damaged";
                if (logged is not null || !(isRefused || (NeedsNoEvent(row) && status < 500))) wrong.Add($"{row.Route} as {role}: {status} {code} {logged}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Whoever may, and somebody who may not: a no is an event too.</summary>
    private static IEnumerable<(string Party, string Role)> Callers(SweepRow row) =>
    [
        ("client", "client.uploader"), ("client", "client.admin"), ("vendor", "vendor.agent"), ("vendor", "vendor.admin"),
        ("auditor", "auditor"), ("operator", "operator"), ("stranger", row.Asks == "CreateAgreement" ? "client.admin" : "vendor.agent"),
    ];
}
