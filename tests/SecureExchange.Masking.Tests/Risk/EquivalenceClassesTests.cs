using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking.Tests.Risk;

public sealed class EquivalenceClassesTests
{
    [Theory]
    [InlineData(40_000)]
    [InlineData(100)]
    public void Sizes_and_diversity_of_the_sampled_classes_are_those_of_a_dictionary(int capacity)
    {
        var classes = new EquivalenceClasses(2, capacity);
        var oracle = new Dictionary<ulong, (int Size, HashSet<ulong> First, HashSet<ulong> Second)>();
        for (var i = 0; i < 60_000; i++)
        {
            var tag = TagCountsTests.Spread((ulong)(i % 4000));
            ulong[] pairs = [TagCountsTests.Spread((ulong)(i % 12_000)), TagCountsTests.Spread((ulong)i)];
            classes.Add(tag, pairs);
            if (!oracle.TryGetValue(tag, out var known)) known = (0, [], []);
            known.First.Add(pairs[0]);
            known.Second.Add(pairs[1]);
            oracle[tag] = known with { Size = known.Size + 1 };
        }

        Assert.Equal(capacity < 4000, classes.Level > 0);
        var sampled = oracle.Where(c => classes.Level == 0 || c.Key >> (64 - classes.Level) == 0).Select(c => c.Value).ToList();
        Assert.Equal(sampled.Select(c => (uint)c.Size).Order(), classes.Sizes.Order());
        Assert.Equal(sampled.Min(c => c.First.Count), classes.LeastDiversity(0));
        Assert.Equal(Math.Min(EquivalenceClasses.MaxDiversity, sampled.Min(c => c.Second.Count)), classes.LeastDiversity(1));
    }

    [Fact]
    public void Of_no_record_there_is_no_class()
    {
        var classes = new EquivalenceClasses(1, 16);
        Assert.Equal((0, 0L, (byte)0), (classes.Count, classes.Smallest, classes.LeastDiversity(0)));
    }

    [Fact]
    public void One_class_with_endless_different_values_does_not_grow_memory()
    {
        var classes = new EquivalenceClasses(1, 16);
        for (ulong i = 0; i < 100_000; i++) classes.Add(7, [TagCountsTests.Spread(i)]);
        Assert.Equal(0, classes.Level);
        Assert.Equal((100_000L, EquivalenceClasses.MaxDiversity), (classes.Smallest, classes.LeastDiversity(0)));
    }
}
