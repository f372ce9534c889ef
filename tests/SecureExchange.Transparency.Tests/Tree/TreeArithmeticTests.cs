using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Tests.Stores;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Tests.Tree;

/// <summary>The writer's tree, the verifier's and the RFC's definition agree, around every power of 256 that fits.</summary>
public sealed class TreeArithmeticTests
{
    private const int Most = 70_000;

    private static readonly MerkleHash[] s_leaves = [.. Enumerable.Range(0, Most).Select(i => MerkleTree.Leaf(Logs.Entry(i)))];

    private static readonly int[] s_sizes =
    [
        .. Enumerable.Range(0, 20), .. Around(255, 256, 257, 511, 512, 513, 1024, 4096, 32_768), .. Around(256 * 255, 65_536), Most,
    ];

    [Fact]
    public async Task Writer_verifier_and_definition_have_the_same_root_at_every_size()
    {
        var edge = LogEdge.Empty;
        var tree = new FsckTree();
        var store = new MemoryTileStore();
        foreach (var size in s_sizes)
        {
            var from = (int)edge.Size;
            (edge, var writes) = edge.Append(Enumerable.Range(from, size - from).Select(i => (ReadOnlyMemory<byte>)Logs.Entry(i)));
            foreach (var write in writes) Assert.True(await store.CreateAsync(write.Path.ToString(), write.Content, CancellationToken.None));
            for (var i = from; i < size; i++) tree.Add(s_leaves[i]);

            var expected = Logs.NaiveRoot(s_leaves.AsSpan(0, size));
            Assert.Equal((size, expected), (edge.Size, edge.Root));
            Assert.Equal((size, expected), (tree.Size, tree.Root()));
            Assert.Equal(expected, (await LogEdge.LoadAsync(store, size, expected, CancellationToken.None)).Root);
        }
    }

    [Fact]
    public async Task Every_proof_at_every_size_verifies_and_no_other_does()
    {
        var store = new MemoryTileStore();
        var (_, writes) = LogEdge.Empty.Append(Enumerable.Range(0, Most).Select(i => (ReadOnlyMemory<byte>)Logs.Entry(i)));
        foreach (var write in writes) store.Put(write.Path.ToString(), write.Content);
        var dice = new Dice(11);
        foreach (var size in s_sizes.Where(size => size > 0))
        {
            // Full tiles serve every size before them, as after the partial ones have been deleted.
            var root = Logs.NaiveRoot(s_leaves.AsSpan(0, size));
            var tree = await TileTree.OpenAsync(new PrefixReader(store, size), size, root, CancellationToken.None);
            foreach (var index in Some(size, dice))
            {
                var proof = await TreeProver.InclusionAsync(tree, index, CancellationToken.None);
                Assert.True(InclusionProof.Verify(index, size, s_leaves[index], proof, root));
                Assert.False(InclusionProof.Verify(index + 1, size, s_leaves[index], proof, root));
                Assert.False(InclusionProof.Verify(index, size, s_leaves[(index + 1) % Most], proof, root));
                Assert.False(InclusionProof.Verify(index, size, s_leaves[index], [.. proof, root], root));
                if (proof.Length == 0) continue;
                proof[dice.Below(proof.Length)] = root;
                Assert.False(InclusionProof.Verify(index, size, s_leaves[index], proof, root));
            }

            foreach (var old in Some(size, dice).Select(index => index + 1))
            {
                var proof = await TreeProver.ConsistencyAsync(tree, old, CancellationToken.None);
                var oldRoot = Logs.NaiveRoot(s_leaves.AsSpan(0, old));
                Assert.True(ConsistencyProof.Verify(old, size, oldRoot, root, proof));
                Assert.False(ConsistencyProof.Verify(old, size, s_leaves[0], s_leaves[1], proof));
                Assert.False(ConsistencyProof.Verify(old, size, oldRoot, root, [.. proof, root]));
                if (proof.Length == 0) continue;
                proof[dice.Below(proof.Length)] = MerkleTree.EmptyRoot;
                Assert.False(ConsistencyProof.Verify(old, size, oldRoot, root, proof));
            }
        }
    }

    private static IEnumerable<int> Around(params int[] sizes) => sizes.SelectMany(size => Enumerable.Range(size - 1, 3)).Distinct();

    private static IEnumerable<int> Some(int size, Dice dice) =>
        new[] { 0, 1, 254, 255, 256, 257, 65_535, 65_536, size / 2, size - 1, dice.Below(size), dice.Below(size) }
            .Where(index => index < size).Distinct();

    /// <summary>A log of a smaller size in a store that holds all tiles of a larger one, partial ones of any width
    /// included.</summary>
    private sealed class PrefixReader(TileReader inner, long size) : TileReader
    {
        public override async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct)
        {
            Assert.True(TilePath.TryParse(path, out var tile));
            if (tile.Width == TilePath.Full) return await inner.ReadAsync(path, ct);
            Assert.Equal(TilePath.In(size, tile.Level, tile.Index), tile);
            var wider = TilePath.In(Most, tile.Level, tile.Index).ToString();
            return (await inner.ReadAsync(wider, ct))!.Value[..(tile.Width * MerkleHash.Size)];
        }

        public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) => inner.ListAsync(prefix, ct);
    }
}
