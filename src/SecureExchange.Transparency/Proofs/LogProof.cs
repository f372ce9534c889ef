using System.Globalization;
using System.Text;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tree;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Transparency.Proofs;

/// <summary>Receipts as text (C2SP tlog-proof), checked offline.</summary>
public static class LogProof
{
    private const string Magic = "c2sp.org/tlog-proof@v1";

    /// <summary>No tree that a 63-bit size describes is higher. More lines would only be work for the reader.</summary>
    private const int MaxHashes = 63;

    /// <summary>Checks that a proof shows an entry to be in a log.</summary>
    /// <param name="entry">The entry's bytes as they were logged.</param>
    /// <exception cref="TransparencyException">The text isn't a proof.</exception>
    public static ProofVerdict Verify(string proofText, ReadOnlyMemory<byte> entry, NoteVerifier verifier) =>
        Verify(proofText, entry, note => Checkpoint.Open(note, verifier), null);

    /// <summary>The same under a policy: the checkpoint has to be of one of its logs, and seen by enough of its
    /// witnesses.</summary>
    /// <param name="entry">The entry's bytes as they were logged.</param>
    /// <exception cref="TransparencyException">The text isn't a proof.</exception>
    public static ProofVerdict Verify(string proofText, ReadOnlyMemory<byte> entry, TrustPolicy policy) =>
        Verify(proofText, entry, note => policy.Open(note), policy);

    private static ProofVerdict Verify(
        string proofText, ReadOnlyMemory<byte> entry, Func<byte[], Checkpoint> open, TrustPolicy? policy)
    {
        var (index, hashes, note) = Read(proofText);
        try
        {
            var checkpoint = open(Encoding.UTF8.GetBytes(note));
            var isIncluded = InclusionProof.Verify(
                index, checkpoint.Size, MerkleTree.Leaf(entry.Span), hashes, checkpoint.Root);
            if (!isIncluded) return new ProofVerdict(ProofOutcome.NotIncluded, index, checkpoint);
            var isWitnessed = policy is null || policy.Judge(checkpoint).IsQuorum;
            return new ProofVerdict(isWitnessed ? ProofOutcome.Included : ProofOutcome.NotWitnessed, index, checkpoint);
        }
        catch (TransparencyException e) when (e.Error is TransparencyError.UnknownKey or TransparencyError.WrongOrigin)
        {
            return new ProofVerdict(ProofOutcome.OtherLog, index, null);
        }
        catch (TransparencyException e) when (e.Error == TransparencyError.InvalidSignature)
        {
            return new ProofVerdict(ProofOutcome.InvalidSignature, index, null);
        }
    }

    internal static string Write(long index, ReadOnlySpan<MerkleHash> proof, Checkpoint checkpoint)
    {
        var text = new StringBuilder(Magic).Append("\nindex ").Append(index.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var hash in proof) text.Append(hash.ToString()).Append('\n');
        return text.Append('\n').Append(checkpoint.Note).ToString();
    }

    private static (long Index, MerkleHash[] Hashes, string Note) Read(string text)
    {
        // The first empty line: those before it can't be empty, and the checkpoint has one of its own.
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0) throw Malformed();
        var lines = text[..end].Split('\n').AsSpan();
        if (lines[0] != Magic) throw Malformed();
        lines = lines[1..];

        // Extra data is the application's, and isn't signed: we use none, so it only has to be well-formed.
        const string extra = "extra ", index = "index ";
        if (lines.Length > 0 && lines[0].StartsWith(extra, StringComparison.Ordinal))
        {
            if (!StrictBase64.TryDecode(lines[0].AsSpan(extra.Length), out _)) throw Malformed();
            lines = lines[1..];
        }

        if (lines.Length is 0 or > 1 + MaxHashes || !lines[0].StartsWith(index, StringComparison.Ordinal)
            || !Checkpoint.TryReadSize(lines[0].AsSpan(index.Length), out var place))
        {
            throw Malformed();
        }

        var hashes = new MerkleHash[lines.Length - 1];
        for (var i = 0; i < hashes.Length; i++)
        {
            if (!StrictBase64.TryDecode(lines[i + 1], out var bytes) || bytes.Length != MerkleHash.Size) throw Malformed();
            hashes[i] = MerkleHash.Read(bytes);
        }

        return (place, hashes, text[(end + 2)..]);
    }

    private static TransparencyException Malformed() => new(TransparencyError.MalformedProof);
}
