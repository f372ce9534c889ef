using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Tests.Tree;

/// <summary>Trees too large to be stored, around every power of 256 that a size can reach: all their leaves are the same, so every
/// tile can be computed and the root too.</summary>
public sealed class UniformTreeTests
{
    private static readonly MerkleHash s_leaf = MerkleTree.Leaf("the same"u8);

    /// <summary>Of a whole subtree of 2^height leaves.</summary>
    private static readonly MerkleHash[] s_whole = Heights();

    public static TheoryData<int> Powers => [.. Enumerable.Range(1, 7)];

    [Theory]
    [MemberData(nameof(Powers))]
    public async Task Around_a_power_of_256_tiles_root_and_proofs_are_the_RFC_s(int power)
    {
        var dice = new Dice((ulong)power);
        var whole = 1L << (8 * power);
        foreach (var size in new[] { whole - 257, whole - 256, whole - 2, whole - 1, whole, whole + 1, whole + 255, whole + 256, whole + 257 }.Where(size => size > 0))
        {
            var tree = await TileTree.OpenAsync(new UniformReader(size), size, Root(size), default);
            long[] indexes = [0, 255, 256, size / 2, size - 257, size - 256, size - 2, size - 1, .. Enumerable.Range(0, 8).Select(_ => Below(size, dice))];
            foreach (var index in indexes.Where(index => index >= 0 && index < size))
            {
                var proof = await TreeProver.InclusionAsync(tree, index, default);
                Assert.True(InclusionProof.Verify(index, size, s_leaf, proof, Root(size)), $"{index} of {size}");
                Assert.False(InclusionProof.Verify(index, size, MerkleTree.Leaf("another"u8), proof, Root(size)));
                Assert.False(InclusionProof.Verify(index, size, s_leaf, proof, Root(size - 1)));
                var old = index + 1;
                var consistency = await TreeProver.ConsistencyAsync(tree, old, default);
                Assert.True(ConsistencyProof.Verify(old, size, Root(old), Root(size), consistency), $"{old} to {size}");
                Assert.False(ConsistencyProof.Verify(old, size, s_leaf, Root(size), consistency) && old > 1);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Powers))]
    public void Around_a_power_of_256_each_tile_has_the_width_that_the_size_gives_it(int power)
    {
        var whole = 1L << (8 * power);
        for (var size = whole - 258; size <= whole + 258; size++)
        {
            if (size < 1) continue;
            for (var level = 0; level < 8; level++)
            {
                // tlog-tiles: level L has size / 256^L hashes, 256 to a tile, the rest in a partial one.
                var hashes = (long)(size / Int128.Max(1, (Int128)1 << (8 * level)));
                Assert.Equal((int)(hashes % 256), TilePath.In(size, level, hashes / 256).Width);
                if (hashes >= 256) Assert.Equal(256, TilePath.In(size, level, (hashes / 256) - 1).Width);
                Assert.Equal(0, TilePath.In(size, level, (hashes / 256) + 1).Width);
            }
        }
    }

    private static MerkleHash[] Heights()
    {
        var hashes = new MerkleHash[63];
        hashes[0] = s_leaf;
        for (var height = 1; height < hashes.Length; height++) hashes[height] = MerkleTree.Node(hashes[height - 1], hashes[height - 1]);
        return hashes;
    }

    /// <summary>RFC 6962 §2.1: the largest power of two on the left, the rest on the right.</summary>
    private static MerkleHash Root(long size)
    {
        if (size == 0) return MerkleTree.EmptyRoot;
        if (long.IsPow2(size)) return s_whole[(int)long.Log2(size)];
        var left = 1L << (int)long.Log2(size);
        return MerkleTree.Node(Root(left), Root(size - left));
    }

    private static long Below(long size, Dice dice) => (long)(dice.Below(int.MaxValue) / (double)int.MaxValue * size);

    private sealed class UniformReader(long size) : TileReader
    {
        public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct)
        {
            Assert.True(TilePath.TryParse(path, out var tile), path);
            Assert.Equal(TilePath.In(size, tile.Level, tile.Index), tile);
            var bytes = new byte[tile.Width * MerkleHash.Size];
            for (var i = 0; i < tile.Width; i++) s_whole[8 * tile.Level].CopyTo(bytes.AsSpan(i * MerkleHash.Size));
            return new ValueTask<ReadOnlyMemory<byte>?>(bytes);
        }

        public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) => throw new NotSupportedException();
    }
}
