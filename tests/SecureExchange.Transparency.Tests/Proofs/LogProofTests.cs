using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Tests.Stores;

namespace SecureExchange.Transparency.Tests.Proofs;

public sealed class LogProofTests
{
    [Fact]
    public async Task A_proof_has_the_form_of_the_specification()
    {
        var text = await ProofAsync();
        var lines = text.Split('\n');
        Assert.Equal(["c2sp.org/tlog-proof@v1", "index 2"], lines[..2]);
        Assert.Equal(["", Logs.Origin, "5"], lines[5..8]);
        Assert.All(lines[2..5], line => Assert.Equal(44, line.Length));
    }

    [Fact]
    public async Task A_proof_does_not_prove_another_entry_nor_with_another_key()
    {
        var text = await ProofAsync();
        Assert.Equal(ProofOutcome.Included, LogProof.Verify(text, Logs.Entry(2), Logs.Verifier).Outcome);
        Assert.Equal(ProofOutcome.NotIncluded, LogProof.Verify(text, Logs.Entry(1), Logs.Verifier).Outcome);
        Assert.Equal(ProofOutcome.OtherLog, LogProof.Verify(text, Logs.Entry(2), Logs.Signer(key: 1).Verifier).Outcome);
        Assert.Equal(ProofOutcome.OtherLog, LogProof.Verify(text, Logs.Entry(2), Logs.Signer("other.example").Verifier).Outcome);
        var forged = text.Replace($"{Logs.Origin}\n5\n", $"{Logs.Origin}\n6\n", StringComparison.Ordinal);
        Assert.Equal(ProofOutcome.InvalidSignature, LogProof.Verify(forged, Logs.Entry(2), Logs.Verifier).Outcome);
    }

    [Fact]
    public async Task A_proof_changed_anywhere_proves_nothing()
    {
        var text = await ProofAsync();
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text[..i] + (char)(text[i] ^ 1) + text[(i + 1)..];
            try
            {
                Assert.NotEqual(ProofOutcome.Included, LogProof.Verify(changed, Logs.Entry(2), Logs.Verifier).Outcome);
            }
            catch (TransparencyException)
            {
                // Malformed is fine too.
            }
        }
    }

    [Fact]
    public async Task Extra_data_is_allowed_and_means_nothing()
    {
        var text = (await ProofAsync()).Replace("\nindex", "\nextra AAEC\nindex", StringComparison.Ordinal);
        Assert.True(LogProof.Verify(text, Logs.Entry(2), Logs.Verifier).IsIncluded);
    }

    [Theory]
    [InlineData("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2")]
    [InlineData("index 2", "index 02")]
    [InlineData("index 2", "index -2")]
    [InlineData("index 2", "Index 2")]
    [InlineData("index 2\n", "")]
    [InlineData("\nindex", "\nextra *\nindex")]
    [InlineData("\nindex", "\n\nindex")]
    [InlineData("index 2\n", "index 2\nAAAA\n")]
    public async Task What_is_not_a_proof_is_malformed(string there, string instead)
    {
        var text = (await ProofAsync()).Replace(there, instead, StringComparison.Ordinal);
        var e = Assert.Throws<TransparencyException>(() => LogProof.Verify(text, Logs.Entry(2), Logs.Verifier));
        Assert.Equal(TransparencyError.MalformedProof, e.Error);
    }

    [Fact]
    public async Task A_proof_of_endless_hashes_is_refused_unread()
    {
        var hash = new string('A', 43) + "=\n";
        var text = (await ProofAsync()).Replace("index 2\n", "index 2\n" + string.Concat(Enumerable.Repeat(hash, 64)), StringComparison.Ordinal);
        Assert.Throws<TransparencyException>(() => LogProof.Verify(text, Logs.Entry(2), Logs.Verifier));
    }

    private static async Task<string> ProofAsync()
    {
        var store = new MemoryTileStore();
        await using var log = await Logs.OpenAsync(store, new LogOptions { CreateIfMissing = true });
        await Logs.AppendAsync(log, 0, 5);
        return await log.ProveAsync(2, CancellationToken.None);
    }
}
