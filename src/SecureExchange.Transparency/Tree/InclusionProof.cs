using System.Numerics;

namespace SecureExchange.Transparency.Tree;

/// <summary>That a leaf is in a tree (RFC 6962 §2.1.1, verified as RFC 9162 §2.1.3.2 has it).</summary>
public static class InclusionProof
{
    /// <summary>Whether the proof shows <paramref name="leaf"/> to be number <paramref name="index"/> of the tree of
    /// <paramref name="size"/> leaves under <paramref name="root"/>. False for whatever can't be.</summary>
    /// <param name="proof">From the leaf's sibling up to the root's child.</param>
    public static bool Verify(long index, long size, MerkleHash leaf, ReadOnlySpan<MerkleHash> proof, MerkleHash root)
    {
        if (index < 0 || index >= size) return false;
        var fn = (ulong)index;
        var sn = (ulong)size - 1;
        var hash = leaf;
        foreach (var sibling in proof)
        {
            if (sn == 0) return false;
            if ((fn & 1) == 1 || fn == sn)
            {
                hash = MerkleTree.Node(sibling, hash);
                // The last node of a row has no sibling until its row has an odd number: it moves up unhashed.
                if ((fn & 1) == 0)
                {
                    var up = BitOperations.TrailingZeroCount(fn);
                    fn >>= up;
                    sn >>= up;
                }
            }
            else
            {
                hash = MerkleTree.Node(hash, sibling);
            }

            fn >>= 1;
            sn >>= 1;
        }

        return sn == 0 && hash == root;
    }
}
