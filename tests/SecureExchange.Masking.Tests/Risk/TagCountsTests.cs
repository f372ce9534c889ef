using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking.Tests.Risk;

public sealed class TagCountsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(5000)]
    public void Up_to_the_capacity_the_counts_are_those_of_a_dictionary(int different)
    {
        var counts = new TagCounts(5000);
        var oracle = new Dictionary<ulong, uint>();
        foreach (var tag in Stream(different, 20_000))
        {
            counts.Add(tag);
            oracle[tag] = oracle.GetValueOrDefault(tag) + 1;
        }

        Assert.Equal(0, counts.Level);
        Assert.Equal(oracle.Count, counts.Count);
        Assert.Equal(oracle.Values.Count(c => c == 1), counts.Singles);
        Assert.Equal(oracle.Values.Count(c => c < 5), counts.CountBelow(5));
    }

    [Fact]
    public void Beyond_it_the_sample_is_exactly_the_tags_whose_highest_bits_are_zero()
    {
        var counts = new TagCounts(1000);
        var oracle = new Dictionary<ulong, uint>();
        foreach (var tag in Stream(50_000, 200_000))
        {
            counts.Add(tag);
            oracle[tag] = oracle.GetValueOrDefault(tag) + 1;
        }

        Assert.True(counts.Level > 0);
        var sampled = oracle.Where(c => c.Key >> (64 - counts.Level) == 0).ToList();
        Assert.Equal(sampled.Count, counts.Count);
        Assert.Equal(sampled.Count(c => c.Value < 4), counts.CountBelow(4));
    }

    [Fact]
    public void An_estimate_is_within_its_stated_error()
    {
        var outside = 0;
        for (var round = 0; round < 40; round++)
        {
            var counts = new TagCounts(2000);
            for (var i = 0; i < 100_000; i++) counts.Add(Spread((ulong)((round * 1_000_000) + i)));
            var error = SamplingError.Of(counts.Level, counts.Count)!;
            var estimate = counts.Count * (double)error.OneIn;
            if (Math.Abs(estimate - 100_000) > error.RelativeError * 100_000) outside++;
        }

        Assert.InRange(outside, 0, 6); // 95 % confidence: two are expected of forty.
    }

    private static IEnumerable<ulong> Stream(int different, int length) =>
        Enumerable.Range(0, length).Select(i => Spread((ulong)(i < different ? i : (int)(Spread((ulong)i) % (ulong)Math.Max(1, different / 2)))));

    /// <summary>Evenly spread, as keyed tags are (the finaliser of SplitMix64).</summary>
    internal static ulong Spread(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
