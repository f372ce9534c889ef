using SecureExchange.Testing;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tests.Stores;

namespace SecureExchange.Transparency.Tests.Log;

/// <summary>Each write goes wrong in each way, as a fault that passes and as the end of the process. Afterwards the log
/// verifies and goes on, has all that was acknowledged, and nothing twice.</summary>
public sealed class CrashTests
{
    /// <summary>Crosses the first full tile, so that full tiles, a second level and deletions are among the writes.</summary>
    private const int Entries = 10;
    private const int Before = 252;

    public static TheoryData<Fault, bool> Faults => new()
    {
        { Fault.Before, true },
        { Fault.After, true },
        { Fault.Before, false },
        { Fault.After, false },
        { Fault.Disowned, false },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task After_any_write_that_went_wrong_the_log_verifies_and_goes_on(Fault fault, bool isCrash)
    {
        var begun = new MemoryTileStore();
        await using (var log = await Logs.OpenAsync(begun)) await Logs.AppendAsync(log, 0, Before);
        var struck = 0;
        for (var write = 1; ; write++)
        {
            var store = begun.Copy();
            var faulty = new FaultyTileStore(store, write, fault, isCrash);
            var acknowledged = await AppendAsync(faulty, isCrash);
            if (!faulty.HasStruck) break;
            struck++;

            await using var log = await Logs.OpenAsync(store, new LogOptions());
            await Logs.AssertIntactAsync(store);
            await AssertWholeAsync(log, acknowledged);
            var size = log.Latest.Size;
            Assert.Equal(size, (await log.AppendAsync(Logs.Entry(9999))).Index);
            Assert.Empty((await Logs.AssertIntactAsync(store)).Findings);
        }

        Assert.True(struck > Entries * 4, $"only {struck} writes");
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task The_creation_of_a_log_survives_any_write_that_went_wrong(Fault fault, bool isCrash)
    {
        for (var write = 1; write <= 2; write++)
        {
            using var folder = new TempFolder();
            var store = new FolderTileStore(folder.File("log"));
            try
            {
                await using var first = await Logs.OpenAsync(new FaultyTileStore(store, write, fault, isCrash));
            }
            catch (LogUnavailableException)
            {
                // As it should be for all but a passing loss.
            }

            await using var log = await Logs.OpenAsync(store);
            await Logs.AppendAsync(log, 0, 3);
            Assert.Equal(3, (await Logs.AssertIntactAsync(store)).Entries);
        }
    }

    [Theory]
    [InlineData(Fault.Before)]
    [InlineData(Fault.After)]
    public async Task A_crash_leaves_at_most_a_note_for_the_verifier(Fault fault)
    {
        for (var write = 1; ; write++)
        {
            var store = new MemoryTileStore();
            await using (var log = await Logs.OpenAsync(store)) await Logs.AppendAsync(log, 0, 3);
            var faulty = new FaultyTileStore(store, write, fault, isCrash: true);
            await AppendAsync(faulty, isCrash: true, entries: 3);
            if (!faulty.HasStruck) break;

            // Before anybody has opened it again.
            var report = await Logs.AssertIntactAsync(store);
            Assert.True(report.Findings.Count <= 1, Logs.Describe(report));
        }
    }

    /// <summary>Appends one by one, as a caller that sees a refusal and goes on with the next.</summary>
    private static async Task<List<(long Index, long Number)>> AppendAsync(FaultyTileStore store, bool isCrash, int entries = Entries)
    {
        var acknowledged = new List<(long, long)>();
        await using var log = await Logs.OpenAsync(store, new LogOptions());
        for (var i = 0; i < entries; i++)
        {
            try
            {
                acknowledged.Add(((await log.AppendAsync(Logs.Entry(1000 + i))).Index, 1000 + i));
            }
            catch (LogUnavailableException e)
            {
                Assert.Equal(LogUnavailableReason.StoreFailed, e.Reason);
                Assert.True(store.HasStruck);
                if (isCrash) break;
            }
        }

        return acknowledged;
    }

    private static async Task AssertWholeAsync(TransparencyLog log, List<(long Index, long Number)> acknowledged)
    {
        var entries = await Logs.EntriesAsync(log);
        foreach (var (index, number) in acknowledged) Assert.Equal(Logs.Entry(number), entries[(int)index]);
        var distinct = entries.Select(Convert.ToHexString).Distinct().Count();
        Assert.Equal(entries.Count, distinct);

        // An append that was refused may be in, and only that one.
        Assert.InRange(entries.Count, Before + acknowledged.Count, Before + acknowledged.Count + 1);
    }
}
