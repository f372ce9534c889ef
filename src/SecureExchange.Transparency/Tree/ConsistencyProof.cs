using System.Numerics;

namespace SecureExchange.Transparency.Tree;

/// <summary>That a tree contains a smaller one, or one of its subtrees, unchanged (RFC 6962 §2.1.2, verified as
/// RFC 9162 §2.1.4.2 has it; subtrees as the Merkle tree certificates draft extends it).</summary>
public static class ConsistencyProof
{
    /// <summary>Whether the proof shows that the tree under <paramref name="newRoot"/> begins with the one under
    /// <paramref name="oldRoot"/>.</summary>
    /// <param name="oldSize">At least 1: an empty tree is consistent with everything, and proves nothing.</param>
    public static bool Verify(
        long oldSize, long newSize, MerkleHash oldRoot, MerkleHash newRoot, ReadOnlySpan<MerkleHash> proof) =>
        oldSize > 0 && VerifySubtree(0, oldSize, newSize, oldRoot, newRoot, proof);

    /// <summary>Whether the proof shows that the leaves from <paramref name="start"/> to before <paramref name="end"/> of
    /// the tree under <paramref name="root"/> are those under <paramref name="subtree"/>.</summary>
    /// <param name="start">A multiple of the subtree's size, rounded up to a power of two.</param>
    public static bool VerifySubtree(
        long start, long end, long size, MerkleHash subtree, MerkleHash root, ReadOnlySpan<MerkleHash> proof)
    {
        if (start < 0 || end < start || end > size) return false;
        if (start == end) return proof.IsEmpty && subtree == MerkleTree.EmptyRoot;
        if (!IsSubtree(start, end)) return false;
        var fn = (ulong)start;
        var sn = (ulong)end - 1;
        var tn = (ulong)size - 1;

        // A subtree that is a node of the tree is where the proof starts; of any other, its last whole part is.
        while (fn != sn && (sn == tn || (sn & 1) == 1)) Up(ref fn, ref sn, ref tn);

        MerkleHash fromSubtree;
        if (fn == sn)
        {
            fromSubtree = subtree;
        }
        else
        {
            if (proof.IsEmpty) return false;
            fromSubtree = proof[0];
            proof = proof[1..];
        }

        var fromRoot = fromSubtree;
        foreach (var hash in proof)
        {
            if (tn == 0) return false;
            if ((sn & 1) == 1 || sn == tn)
            {
                if (fn < sn) fromSubtree = MerkleTree.Node(hash, fromSubtree);
                fromRoot = MerkleTree.Node(hash, fromRoot);
                while (sn != 0 && (sn & 1) == 0) Up(ref fn, ref sn, ref tn);
            }
            else
            {
                fromRoot = MerkleTree.Node(fromRoot, hash);
            }

            Up(ref fn, ref sn, ref tn);
        }

        return tn == 0 && fromSubtree == subtree && fromRoot == root;
    }

    private static bool IsSubtree(long start, long end)
    {
        var width = BitOperations.RoundUpToPowerOf2((ulong)(end - start));
        return ((ulong)start & (width - 1)) == 0;
    }

    private static void Up(ref ulong fn, ref ulong sn, ref ulong tn)
    {
        fn >>= 1;
        sn >>= 1;
        tn >>= 1;
    }
}
