using SecureExchange.Fuzz;
using SecureExchange.Fuzz.Targets;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests;

/// <summary>The short form of <c>tests/fuzz.sh</c>: whatever comes in, only <see cref="PgpException"/> comes out, soon, and nothing
/// is good that nobody made.</summary>
public sealed class FuzzTests
{
    [Fact]
    public void Mutated_keys_messages_and_armor_are_read_or_refused()
    {
        using var seeds = new SeedFiles(Vectors.Find("openpgp"));
        var run = new FuzzRun(AllTargets.Of(seeds), seed: 1, threads: 2);

        var findings = run.Run(10_000);

        Assert.True(findings.Count == 0, string.Join("\n\n", findings.Select(found => $"{found.Write("found")}\n{found.What}")));
        Assert.True(run.Kinds > 100, $"only {run.Kinds} kinds of outcomes: the mutations reach nothing");
    }

    [Fact]
    public void A_message_of_any_kind_with_one_octet_altered_is_never_verified()
    {
        using var seeds = new SeedFiles(vectors: null);
        foreach (var flippable in new FlippableMessages(seeds, 200_000).All().Concat(new FlippableSignatures(seeds, 200_000).All()))
        {
            var errors = BitFlips.Alter(flippable, changes: 300, seed: 1);
            Assert.True(errors.Values.Sum() == 300 && errors.Count < 12, $"{flippable.Kind}: {string.Join(", ", errors)}");
        }
    }
}
