using System.Text;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tests.Witnesses;
using SecureExchange.Transparency.Tree;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Transparency.Tests.Fsck;

/// <summary>A log's own key has signed a size that no log has: whoever reads it comes to an end, and to a designed answer.</summary>
public sealed class AbsurdSizeTests
{
    public static TheoryData<long> Sizes => [long.MaxValue, long.MaxValue - 254, 1L << 62, (1L << 56) + 1, 1L << 40, (1L << 32) + 255, 1_000_000];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Sizes))]
    public async Task The_verifier_says_what_is_missing_and_does_not_look_for_it_until_the_end_of_time(long size)
    {
        var store = await SignedAsync(size);
        var report = await Logs.FsckAsync(store);
        Assert.False(report.IsIntact);
        Assert.Contains(report.Findings, finding => finding.Text.Contains($"{size} are signed: the rest wasn't looked for", StringComparison.Ordinal));
        Assert.Equal(0, report.Entries);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_gap_that_a_long_log_can_have_is_looked_past()
    {
        var store = new MemoryTileStore();
        await using (var log = await Logs.OpenAsync(store)) await Logs.AppendAsync(log, 0, 10 * 256);
        for (var bundle = 2; bundle < 8; bundle++)
        {
            store.Objects.Remove($"tile/entries/00{bundle}", out _);
            store.Objects.Remove($"tile/0/00{bundle}", out _);
        }

        var report = await Logs.FsckAsync(store);
        Assert.Equal(4 * 256, report.Entries);
        Assert.DoesNotContain(report.Findings, finding => finding.Kind == FsckFindingKind.RootDiffers);
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Sizes))]
    public async Task Nothing_is_appended_to_a_log_under_such_a_checkpoint(long size)
    {
        var store = await SignedAsync(size);
        await Assert.ThrowsAsync<TransparencyException>(() => Logs.OpenAsync(store, new LogOptions()));
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Sizes))]
    public async Task No_proof_and_no_entry_is_taken_from_it(long size)
    {
        var store = await SignedAsync(size);
        var checkpoint = Checkpoint.Open((await store.ReadAsync("checkpoint", CancellationToken.None))!.Value.Span, Logs.Verifier);
        await Assert.ThrowsAsync<TransparencyException>(() => ProvenLog.OpenAsync(store, checkpoint, CancellationToken.None).AsTask());
        foreach (var index in (long[])[0, size - 1, long.MaxValue])
        {
            var proof = $"c2sp.org/tlog-proof@v1\nindex {index}\n\n{checkpoint.Note}";
            Assert.Equal(ProofOutcome.NotIncluded, LogProof.Verify(proof, Logs.Entry(0), Logs.Verifier).Outcome);
        }

        Assert.False(ConsistencyProof.Verify(3, size, checkpoint.Root, checkpoint.Root, []));
        Assert.False(ConsistencyProof.Verify(size, 3, checkpoint.Root, checkpoint.Root, []));
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Sizes))]
    public async Task A_witness_that_has_seen_less_is_not_talked_into_it(long size)
    {
        using var signer = Logs.Signer();
        using var key = Keys.Cosigning(1);
        var witness = new Witness(new MemoryTileStore(), key, [signer.Verifier], TimeProvider.System);
        var leaf = MerkleTree.Leaf(Logs.Entry(0));
        Assert.Equal(WitnessOutcome.Cosigned, (await ShowAsync(0, Checkpoint.Sign(signer, 1, leaf))).Outcome);
        Assert.Equal(WitnessOutcome.Inconsistent, (await ShowAsync(1, Checkpoint.Sign(signer, size, leaf))).Outcome);
        Assert.Equal(WitnessOutcome.Malformed, (await ShowAsync(long.MaxValue, Checkpoint.Sign(signer, 2, leaf))).Outcome);

        Task<WitnessAnswer> ShowAsync(long old, Checkpoint checkpoint) => witness.AddCheckpointAsync(
            new AddCheckpointRequest(old, [], Encoding.UTF8.GetBytes(checkpoint.Note)).Write(), CancellationToken.None);
    }

    /// <summary>Three real entries, and a checkpoint that claims more.</summary>
    private static async Task<MemoryTileStore> SignedAsync(long size)
    {
        var store = new MemoryTileStore();
        await using (var log = await Logs.OpenAsync(store)) await Logs.AppendAsync(log, 0, 3);
        using var signer = Logs.Signer();
        store.Put("checkpoint", Encoding.UTF8.GetBytes(Checkpoint.Sign(signer, size, MerkleTree.Leaf([1])).Note));
        return store;
    }
}
