using System.Text;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tree;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Transparency.Tests.Witnesses;

/// <summary>C2SP tlog-policy, clause by clause.</summary>
public sealed class TrustPolicyTests
{
    private static readonly string s_log = $"log {Logs.Verifier}\n";
    private static readonly string s_witnesses = string.Concat(Enumerable.Range(1, 5).Select(
        number => $"witness W{number} {Keys.Cosigner((byte)number)}\n"));

    [Theory]
    [InlineData("quorum none", "", true)]
    [InlineData("quorum W2", "1", false)]
    [InlineData("quorum W2", "2", true)]
    [InlineData("group G any W1 W2\nquorum G", "", false)]
    [InlineData("group G any W1 W2\nquorum G", "2", true)]
    [InlineData("group G all W1 W2\nquorum G", "2", false)]
    [InlineData("group G all W1 W2\nquorum G", "12", true)]
    [InlineData("group G 2 W1 W2 W3\nquorum G", "35", false)]
    [InlineData("group G 2 W1 W2 W3\nquorum G", "13", true)]
    [InlineData("group X 2 W1 W2 W3\ngroup Y any W4 W5\ngroup Z all X Y\nquorum Z", "123", false)]
    [InlineData("group X 2 W1 W2 W3\ngroup Y any W4 W5\ngroup Z all X Y\nquorum Z", "145", false)]
    [InlineData("group X 2 W1 W2 W3\ngroup Y any W4 W5\ngroup Z all X Y\nquorum Z", "134", true)]
    public void A_quorum_is_met_by_the_witnesses_it_names(string quorum, string cosigners, bool met)
    {
        var policy = Parse($"{s_log}{s_witnesses}{quorum}\n");
        var checkpoint = policy.Open(Cosigned(cosigners));
        var verdict = policy.Judge(checkpoint);
        Assert.Equal(met, verdict.IsQuorum);
        Assert.Equal(cosigners.Length, verdict.Cosignatures.Count);
    }

    [Fact]
    public void Space_comments_urls_and_names_in_any_octets_are_read()
    {
        var text = Encoding.UTF8.GetBytes(
            $"\t# une règle \n\n  log\t{Logs.Verifier}  https://log.example/ \nwitness K\u212A {Keys.Cosigner(1)} https://w.example\nquorum K\u212A\n");
        var policy = TrustPolicy.Parse(text);
        Assert.Equal("https://log.example/", Assert.Single(policy.Logs).Url);
        var witness = Assert.Single(policy.Witnesses);
        Assert.Equal(("K\u212A", "https://w.example"), (witness.Name, witness.Url));
        Assert.False(policy.NeedsNoWitness);
    }

    [Theory]
    [InlineData("quorum none", 1)] // Cut: no newline at its end.
    [InlineData("", 0)]
    [InlineData("# nothing\n", 2)]
    [InlineData("quorum W1\n", 1)]
    [InlineData("quorum none\nquorum none\n", 2)]
    [InlineData("quorum none extra\n", 1)]
    [InlineData("QUORUM none\n", 1)]
    [InlineData("group G any\nquorum G\n", 1)]
    [InlineData("group G any none\nquorum G\n", 1)]
    [InlineData("$W\ngroup G 0 W1\nquorum G\n", 7)]
    [InlineData("$W\ngroup G 2 W1\nquorum G\n", 7)]
    [InlineData("$W\ngroup G 2 W1 W1\nquorum G\n", 7)]
    [InlineData("$W\ngroup G any W1 W2\ngroup H any W2\nquorum G\n", 8)] // One witness would count twice.
    [InlineData("$W\ngroup W1 any W2\nquorum W1\n", 7)]
    [InlineData("$W\ngroup none any W2\nquorum none\n", 7)]
    [InlineData("group G any H\ngroup H any G\nquorum G\n", 1)]
    [InlineData("$L$Lquorum none\n", 2)]
    [InlineData("$W$Wquorum none\n", 6)]
    [InlineData("quorum\rnone\n", 0)]
    public void What_breaks_a_rule_is_refused_with_its_line(string text, int line)
    {
        text = text.Replace("$W", s_witnesses, StringComparison.Ordinal).Replace("$L", s_log, StringComparison.Ordinal);
        var e = Assert.Throws<TransparencyException>(() => Parse(text));
        Assert.Equal(TransparencyError.MalformedPolicy, e.Error);
        if (line > 0 && text.EndsWith('\n')) Assert.Equal($"line {line}", e.Where);
    }

    [Fact]
    public void Keys_of_the_wrong_kind_and_duplicates_under_another_name_are_refused()
    {
        Assert.Equal(TransparencyError.UnsupportedKey, Error($"log {Keys.Cosigner(1)}\nquorum none\n"));
        Assert.Equal(TransparencyError.UnsupportedKey, Error($"witness A {Logs.Verifier}\nquorum none\n"));
        using var renamed = new CosigningKey("other.example", Enumerable.Repeat((byte)101, 32).ToArray());
        Assert.Equal(
            TransparencyError.MalformedPolicy, Error($"witness A {Keys.Cosigner(1)}\nwitness B {renamed.Cosigner}\nquorum none\n"));

        static TransparencyError Error(string text) => Assert.Throws<TransparencyException>(() => Parse(text)).Error;
    }

    [Fact]
    public void A_false_cosignature_spoils_the_checkpoint()
    {
        var policy = Parse($"{s_log}{s_witnesses}quorum W1\n");
        var note = Encoding.UTF8.GetString(Cosigned("1"));
        var other = Encoding.UTF8.GetString(Cosigned("1", size: 4));
        var swapped = note[..^LastLine(note).Length] + LastLine(other);
        var checkpoint = policy.Open(Encoding.UTF8.GetBytes(swapped));
        Assert.Equal(
            TransparencyError.InvalidSignature, Assert.Throws<TransparencyException>(() => policy.Judge(checkpoint)).Error);

        static string LastLine(string note) => note[(note.LastIndexOf('\n', note.Length - 2) + 1)..];
    }

    [Fact]
    public async Task A_proof_counts_under_a_policy_once_enough_witnesses_have_seen_its_checkpoint()
    {
        var policy = Parse($"{s_log}{s_witnesses}group G 2 W1 W2 W3\nquorum G\n");
        await using var log = await Logs.OpenAsync(new MemoryTileStore());
        await Logs.AppendAsync(log, 0, 5);
        var proof = await log.ProveAsync(2, CancellationToken.None);
        Assert.Equal(ProofOutcome.NotWitnessed, LogProof.Verify(proof, Logs.Entry(2), policy).Outcome);

        proof += Lines(log.Latest, "1");
        Assert.Equal(ProofOutcome.NotWitnessed, LogProof.Verify(proof, Logs.Entry(2), policy).Outcome);
        proof += Lines(log.Latest, "3");
        Assert.Equal(ProofOutcome.Included, LogProof.Verify(proof, Logs.Entry(2), policy).Outcome);
        Assert.Equal(ProofOutcome.NotIncluded, LogProof.Verify(proof, Logs.Entry(1), policy).Outcome);
        Assert.Equal(
            ProofOutcome.OtherLog, LogProof.Verify(proof, Logs.Entry(2), Parse($"log {Logs.Signer("other").Verifier}\nquorum none\n")).Outcome);
    }

    private static TrustPolicy Parse(string text) => TrustPolicy.Parse(Encoding.UTF8.GetBytes(text));

    private static byte[] Cosigned(string cosigners, long size = 3)
    {
        using var signer = Logs.Signer();
        var checkpoint = Checkpoint.Sign(signer, size, MerkleTree.EmptyRoot);
        return Encoding.UTF8.GetBytes(checkpoint.Note + Lines(checkpoint, cosigners));
    }

    private static string Lines(Checkpoint checkpoint, string cosigners) => string.Concat(cosigners.Select(
        number => Keys.Cosigning((byte)(number - '0')).Cosign(checkpoint, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000))));
}
