using System.Text.Json;
using SecureExchange.Testing;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Tests.Tree;

/// <summary>The proofs of transparency-dev/merkle: 518 cases, of which 482 must be refused.</summary>
public sealed class MerkleVectorTests
{
    [Fact]
    public void Inclusion_proofs_are_judged_as_the_vectors_say() => Run("inclusion", 98, (c, proof) => InclusionProof.Verify(
        Number(c, "leafIdx"), Number(c, "treeSize"), Hash(c, "leafHash"), proof, Hash(c, "root")));

    [Fact]
    public void Consistency_proofs_are_judged_as_the_vectors_say() => Run("consistency", 98, (c, proof) => ConsistencyProof.Verify(
        Number(c, "size1"), Number(c, "size2"), Hash(c, "root1"), Hash(c, "root2"), proof));

    [Fact]
    public void Subtree_consistency_proofs_are_judged_as_the_vectors_say() => Run("subtreeconsistency", 118, (c, proof) =>
        ConsistencyProof.VerifySubtree(
            Number(c, "start"), Number(c, "end"), Number(c, "size"), Hash(c, "root1"), Hash(c, "root2"), proof));

    [Fact]
    public void Subtree_inclusion_proofs_are_judged_as_the_vectors_say() => Run("subtreeinclusion", 204, (c, proof) =>
        InclusionProof.Verify(
            Number(c, "leafIdx") - Number(c, "start"), Number(c, "end") - Number(c, "start"),
            Hash(c, "leafHash"), proof, Hash(c, "root")));

    private static void Run(string file, int count, Func<JsonElement, MerkleHash[], bool> verify)
    {
        var lines = File.ReadAllLines(Vectors.Path($"tlog/merkle/{file}.jsonl"));
        Assert.Equal(count, lines.Length);
        var accepted = 0;
        foreach (var line in lines)
        {
            var c = JsonDocument.Parse(line).RootElement;
            var expected = !c.GetProperty("wantErr").GetBoolean();
            var proof = c.GetProperty("proof");
            var texts = proof.ValueKind == JsonValueKind.Null ? [] : proof.EnumerateArray().Select(hash => hash.GetBytesFromBase64()).ToArray();

            // Hashes of another length can't be expressed in ours: they are refused where a proof is read.
            var actual = texts.All(hash => hash.Length == MerkleHash.Size) && !IsEmpty(c, "root") && !IsEmpty(c, "leafHash")
                && verify(c, [.. texts.Select(hash => MerkleHash.Read(hash))]);
            Assert.True(expected == actual, c.GetProperty("case").GetString());
            if (actual) accepted++;
        }

        Assert.InRange(accepted, 1, count - 1);
    }

    /// <summary>Some roots are words instead of hashes ("don't care 1"): only which are equal matters.</summary>
    private static MerkleHash Hash(JsonElement c, string name) =>
        c.GetProperty(name).GetBytesFromBase64() is { Length: MerkleHash.Size } hash
            ? MerkleHash.Read(hash)
            : MerkleTree.Leaf(c.GetProperty(name).GetBytesFromBase64());

    private static bool IsEmpty(JsonElement c, string name) => c.TryGetProperty(name, out var hash) && hash.GetString() == "";

    private static long Number(JsonElement c, string name) =>
        c.GetProperty(name) is var value && value.TryGetInt64(out var number) ? number : unchecked((long)value.GetUInt64());
}
