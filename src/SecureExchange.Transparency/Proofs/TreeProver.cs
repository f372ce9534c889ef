using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Proofs;

/// <summary>Makes the proofs of RFC 6962 §2.1.1 and §2.1.2 from checked tiles.</summary>
internal static class TreeProver
{
    /// <summary>PATH(index, D[n]): from the leaf's sibling up.</summary>
    internal static async ValueTask<MerkleHash[]> InclusionAsync(TileTree tree, long index, CancellationToken ct)
    {
        var proof = new List<MerkleHash>();
        for (long start = 0, count = tree.Size; count > 1;)
        {
            var split = MerkleTree.SplitPoint(count);
            var isLeft = index - start < split;
            proof.Add(isLeft
                ? await tree.RangeAsync(start + split, count - split, ct)
                : await tree.RangeAsync(start, split, ct));
            (start, count) = isLeft ? (start, split) : (start + split, count - split);
        }

        proof.Reverse();
        return [.. proof];
    }

    /// <summary>PROOF(oldSize, D[n]).</summary>
    internal static async ValueTask<MerkleHash[]> ConsistencyAsync(TileTree tree, long oldSize, CancellationToken ct)
    {
        var proof = new List<MerkleHash>();
        long start = 0, count = tree.Size, old = oldSize;
        while (old != count)
        {
            var split = MerkleTree.SplitPoint(count);
            var isLeft = old <= split;
            proof.Add(isLeft
                ? await tree.RangeAsync(start + split, count - split, ct)
                : await tree.RangeAsync(start, split, ct));
            (start, count, old) = isLeft ? (start, split, old) : (start + split, count - split, old - split);
        }

        // The verifier has the old root already when it is a node of the new tree.
        if (start > 0) proof.Add(await tree.RangeAsync(start, count, ct));
        proof.Reverse();
        return [.. proof];
    }
}
