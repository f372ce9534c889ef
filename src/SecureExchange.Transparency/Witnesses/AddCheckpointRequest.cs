using System.Globalization;
using System.Text;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Witnesses;

/// <summary>What a log asks of a witness: a checkpoint, and that it contains the one the witness has seen (C2SP
/// tlog-witness, <c>add-checkpoint</c>).</summary>
/// <param name="OldSize">The size that the witness is believed to know; 0 for none.</param>
/// <param name="Proof">The consistency proof from there (RFC 6962 §2.1.2); empty from 0.</param>
/// <param name="Note">The checkpoint as a signed note, not verified.</param>
public sealed record AddCheckpointRequest(long OldSize, IReadOnlyList<MerkleHash> Proof, ReadOnlyMemory<byte> Note)
{
    /// <summary>The content type of an answer that tells the size that the witness knows.</summary>
    public const string SizeContentType = "text/x.tlog.size";

    private const int MaxHashes = 63;

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="TransparencyException"><see cref="TransparencyError.MalformedRequest"/></exception>
    public static AddCheckpointRequest Read(ReadOnlyMemory<byte> body)
    {
        // The lines before the first empty one are ASCII; what follows is the note's affair.
        var end = body.Span.IndexOf("\n\n"u8);
        if (end < 0 || !Ascii.IsValid(body.Span[..end])) throw Malformed();
        var lines = Encoding.ASCII.GetString(body.Span[..end]).Split('\n');
        const string old = "old ";
        if (lines.Length > 1 + MaxHashes || !lines[0].StartsWith(old, StringComparison.Ordinal)
            || !Checkpoint.TryReadSize(lines[0].AsSpan(old.Length), out var oldSize))
        {
            throw Malformed();
        }

        var proof = new MerkleHash[lines.Length - 1];
        for (var i = 0; i < proof.Length; i++)
        {
            if (!StrictBase64.TryDecode(lines[i + 1], out var bytes) || bytes.Length != MerkleHash.Size) throw Malformed();
            proof[i] = MerkleHash.Read(bytes);
        }

        return new AddCheckpointRequest(oldSize, proof, body[(end + 2)..]);
    }

    /// <summary>The request's body.</summary>
    public byte[] Write()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"old {OldSize}\n");
        foreach (var hash in Proof) text.Append(CultureInfo.InvariantCulture, $"{hash}\n");
        return [.. Encoding.ASCII.GetBytes(text.Append('\n').ToString()), .. Note.Span];
    }

    private static TransparencyException Malformed() => new(TransparencyError.MalformedRequest);
}
