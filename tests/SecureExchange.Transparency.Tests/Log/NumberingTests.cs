using System.Globalization;
using System.Text;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tests.Stores;

namespace SecureExchange.Transparency.Tests.Log;

/// <summary>Numbers that the log gives: whatever goes wrong, and however many write, each counter is gapless in the log's order.</summary>
public sealed class NumberingTests
{
    private static readonly string[] s_counters = ["acme", "globex", "initech"];

    [Fact]
    public async Task An_entry_has_its_index_and_its_counters_number_where_its_draft_left_room()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store);
        await Logs.AppendAsync(log, 0, 2);
        var draft = new EntryDraft("i=,n=!"u8.ToArray(), [new EntryNumber(2), new EntryNumber(5, "n")]);
        await log.AppendAsync(draft);
        await log.AppendAsync(draft);
        Assert.Equal(["i=2,n=1!", "i=3,n=2!"], (await Logs.EntriesAsync(log))[2..].Select(Encoding.UTF8.GetString));
        await Logs.AssertIntactAsync(store);
    }

    [Theory]
    [InlineData(7, null)] // Beyond the text.
    [InlineData(2, "")]
    [InlineData(2, "a b")]
    [InlineData(2, "a\nb")]
    [InlineData(2, "é")]
    public void A_draft_whose_numbers_have_no_place_or_name_is_refused(int offset, string? counter) =>
        Assert.Throws<ArgumentException>(() => new EntryDraft(new byte[6], [new EntryNumber(offset, counter)]));

    [Fact]
    public void A_draft_that_could_become_too_large_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new EntryDraft(new byte[TransparencyLog.MaxEntrySize - 18], [new EntryNumber(0)]));
        Assert.Throws<ArgumentException>(() => new EntryDraft(new byte[9], [new EntryNumber(0, "n"), new EntryNumber(0, "n")]));
    }

    [Theory]
    [InlineData(Fault.Before, true)]
    [InlineData(Fault.After, true)]
    [InlineData(Fault.Before, false)]
    [InlineData(Fault.After, false)]
    [InlineData(Fault.Disowned, false)]
    public async Task After_any_write_that_went_wrong_numbers_have_no_gap_and_none_is_given_twice(Fault fault, bool isCrash)
    {
        for (var write = 1; ; write++)
        {
            var store = new MemoryTileStore();
            await using (var log = await Logs.OpenAsync(store)) await AppendAsync(log, 0, 4);
            var faulty = new FaultyTileStore(store, write, fault, isCrash);
            await using (var log = await Logs.OpenAsync(faulty, new LogOptions()))
            {
                for (var i = 0; i < 4; i++)
                {
                    try
                    {
                        await AppendAsync(log, 10 + i, 1);
                    }
                    catch (LogUnavailableException)
                    {
                        // It may be in or not: the numbers say the same as the log.
                    }
                }
            }

            if (!faulty.HasStruck) return;
            await using var again = await Logs.OpenAsync(store, new LogOptions());
            await AppendAsync(again, 20, 4);
            await AssertGaplessAsync(again);
            await Logs.AssertIntactAsync(store);
        }
    }

    [Theory]
    [InlineData(3, 500, 16)]
    [InlineData(4, 60, 1)]
    public async Task Writers_at_once_share_the_counters_without_a_gap(int writers, int each, int batch)
    {
        var store = new MemoryTileStore();
        await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
        {
            await using var log = await Logs.OpenAsync(store, new LogOptions { CreateIfMissing = true, MaxBatchEntries = batch });
            await AppendAsync(log, writer * 1000, each);
        })));
        await using var all = await Logs.OpenAsync(store);
        Assert.Equal(writers * each, await AssertGaplessAsync(all));
    }

    [Fact]
    public async Task Of_writers_who_expect_the_same_number_one_gets_it_and_the_others_are_told()
    {
        var store = new MemoryTileStore();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var log = await Logs.OpenAsync(store);
            for (var day = 1; day <= 10; day++)
            {
                var receipt = await log.AppendAsync(new EntryDraft("day"u8.ToArray(), [new EntryNumber(3, "days", day)]));
                if (day % 3 == 0) await AppendAsync(log, day, 1);
                if (receipt is null) await log.RefreshAsync(CancellationToken.None);
            }
        })));
        await using var all = await Logs.OpenAsync(store);
        var days = (await Logs.EntriesAsync(all)).Select(Encoding.UTF8.GetString).Where(text => text.StartsWith("day", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, 10).Select(day => $"day{day}"), days);
    }

    [Fact]
    public async Task A_writer_that_knows_an_older_state_than_its_caller_looks_before_it_says_no()
    {
        var store = new MemoryTileStore();
        await using var stale = await Logs.OpenAsync(store);
        await stale.AppendAsync(Expecting(1));
        await using (var other = await Logs.OpenAsync(store)) Assert.NotNull(await other.AppendAsync(Expecting(2)));
        Assert.NotNull(await stale.AppendAsync(Expecting(3)));
        Assert.Null(await stale.AppendAsync(Expecting(5)));
        Assert.Null(await stale.AppendAsync(Expecting(3)));

        static EntryDraft Expecting(long number) => new("day"u8.ToArray(), [new EntryNumber(3, "days", number)]);
    }

    private static Task<Receipt?[]> AppendAsync(TransparencyLog log, int from, int count) =>
        Task.WhenAll(Enumerable.Range(from, count).Select(i => log.AppendAsync(Draft(i)).AsTask()));

    /// <summary>counter index number</summary>
    private static EntryDraft Draft(int i)
    {
        var counter = s_counters[i % s_counters.Length];
        var text = Encoding.ASCII.GetBytes($"{counter}  ");
        return new EntryDraft(text, [new EntryNumber(text.Length - 1), new EntryNumber(text.Length, counter)]);
    }

    private static async Task<int> AssertGaplessAsync(TransparencyLog log)
    {
        var last = new Dictionary<string, long>();
        var entries = await Logs.EntriesAsync(log);
        for (var i = 0; i < entries.Count; i++)
        {
            var parts = Encoding.ASCII.GetString(entries[i]).Split(' ');
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), parts[1]);
            last[parts[0]] = last.GetValueOrDefault(parts[0]) + 1;
            Assert.Equal(last[parts[0]].ToString(CultureInfo.InvariantCulture), parts[2]);
        }

        return entries.Count;
    }
}
