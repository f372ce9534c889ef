using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;

namespace SecureExchange.Transparency.Tree;

/// <summary>The hash tree of RFC 6962 §2.1 with SHA-256.</summary>
public static class MerkleTree
{
    private const int StackLimit = 1024;

    /// <summary>The root of a tree without entries: SHA-256 of nothing.</summary>
    public static MerkleHash EmptyRoot { get; } = MerkleHash.Read(SHA256.HashData([]));

    /// <summary>SHA-256(0x00 ‖ entry).</summary>
    public static MerkleHash Leaf(ReadOnlySpan<byte> entry)
    {
        var rented = entry.Length < StackLimit ? null : ArrayPool<byte>.Shared.Rent(entry.Length + 1);
        var input = (rented ?? stackalloc byte[StackLimit])[..(entry.Length + 1)];
        input[0] = 0;
        entry.CopyTo(input[1..]);
        var hash = default(MerkleHash);
        SHA256.HashData(input, MerkleHash.Output(ref hash));
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        return hash;
    }

    /// <summary>SHA-256(0x01 ‖ left ‖ right).</summary>
    public static MerkleHash Node(MerkleHash left, MerkleHash right)
    {
        Span<byte> input = stackalloc byte[1 + 2 * MerkleHash.Size];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + MerkleHash.Size)..]);
        var hash = default(MerkleHash);
        SHA256.HashData(input, MerkleHash.Output(ref hash));
        return hash;
    }

    /// <summary>The hash over a run of hashes of equal height, as the RFC's MTH has it over leaves.</summary>
    /// <param name="hashes">At least one.</param>
    internal static MerkleHash Root(ReadOnlySpan<MerkleHash> hashes)
    {
        if (hashes.Length == 1) return hashes[0];
        var split = SplitPoint(hashes.Length);
        return Node(Root(hashes[..split]), Root(hashes[split..]));
    }

    /// <summary>The root of a tree from its right edge: for each level of tiles, lowest first, the hashes that no full
    /// tile has taken up.</summary>
    internal static MerkleHash RootOfEdge(IEnumerable<ReadOnlyMemory<MerkleHash>> levels)
    {
        // Each level is a run of whole subtrees, and they get larger to the left: the RFC's tree joins them from the right.
        MerkleHash? root = null;
        foreach (var level in levels)
        {
            for (var end = level.Length; end > 0;)
            {
                var start = end - (end & -end);
                var whole = Root(level.Span[start..end]);
                root = root is { } right ? Node(whole, right) : whole;
                end = start;
            }
        }

        return root ?? EmptyRoot;
    }

    /// <summary>The largest power of two below <paramref name="size"/> (RFC 6962's k).</summary>
    internal static int SplitPoint(int size) => (int)SplitPoint((long)size);

    /// <inheritdoc cref="SplitPoint(int)"/>
    internal static long SplitPoint(long size) => 1L << BitOperations.Log2((ulong)(size - 1));
}
