using System.Globalization;
using System.Text;
using SecureExchange.Transparency.Tree;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A log's signed statement of its size and root (C2SP tlog-checkpoint), whose signature has been verified.</summary>
public sealed record Checkpoint
{
    /// <summary>Where a log has its newest.</summary>
    internal const string Path = "checkpoint";

    private Checkpoint(
        long size, MerkleHash root, string text, string note, NoteSignature signature, IReadOnlyList<NoteSignature> others)
    {
        Size = size;
        Root = root;
        Text = text;
        Note = note;
        Signature = signature;
        OtherSignatures = others;
    }

    /// <summary>Which log: the first line, and the name of its key.</summary>
    public string Origin => Signature.Name;

    /// <summary>How many entries.</summary>
    public long Size { get; }

    /// <summary>The root of the RFC 6962 tree over them.</summary>
    public MerkleHash Root { get; }

    /// <summary>The signed note, as it came.</summary>
    public string Note { get; }

    /// <summary>What is signed: the note without its signatures.</summary>
    internal string Text { get; }

    /// <summary>The log's own.</summary>
    internal NoteSignature Signature { get; }

    /// <summary>The signatures by other keys than the log's: cosignatures, or anything.</summary>
    internal IReadOnlyList<NoteSignature> OtherSignatures { get; }

    /// <summary>Reads a checkpoint and verifies the log's signature on it. Other signatures are kept, and believed in
    /// nothing: <see cref="TrustPolicy"/> judges them.</summary>
    /// <param name="note">The checkpoint, as it came.</param>
    /// <param name="verifiers">The log's key; or several, where it was replaced.</param>
    /// <exception cref="TransparencyException">It is malformed, of another log, or not signed by one of these keys.</exception>
    public static Checkpoint Open(ReadOnlySpan<byte> note, params ReadOnlySpan<NoteVerifier> verifiers)
    {
        var signed = SignedNote.Open(note, verifiers);
        var text = signed.Text;
        var lines = text[..^1].Split('\n');

        // Anything after the root is an extension line, which may not be empty and says nothing to us.
        if (lines.Length < 3 || lines.Contains("") || !TryReadSize(lines[1], out var size)
            || !StrictBase64.TryDecode(lines[2], out var root) || root.Length != MerkleHash.Size)
        {
            throw new TransparencyException(TransparencyError.MalformedCheckpoint);
        }

        // tlog-checkpoint only says SHOULD. Without it a key that signs for one log could speak for another.
        if (lines[0] != signed.Verified[0].Name) throw new TransparencyException(TransparencyError.WrongOrigin);
        return new Checkpoint(
            size, MerkleHash.Read(root), text, Encoding.UTF8.GetString(note), signed.Verified[0], [.. signed.Verified.Skip(1), .. signed.Unverified]);
    }

    /// <summary>The same checkpoint with one signature more.</summary>
    internal Checkpoint With(NoteSignature signature) =>
        new(Size, Root, Text, Note + signature.ToLine(), Signature, [.. OtherSignatures, signature]);

    /// <summary>Whether both are the same note: everything else follows from it.</summary>
    public bool Equals(Checkpoint? other) => Note == other?.Note;

    /// <inheritdoc/>
    public override int GetHashCode() => Note.GetHashCode(StringComparison.Ordinal);

    /// <summary>The origin that a note claims, before anything of it was verified: to find the key with.</summary>
    internal static string? ClaimedOrigin(ReadOnlySpan<byte> note)
    {
        var end = note.IndexOf((byte)'\n');
        return end <= 0 ? null : Encoding.UTF8.GetString(note[..end]);
    }

    /// <summary>States and signs a size and root. The one place that does: who calls it MUST have seen this size
    /// and root committed in <see cref="Head"/>.</summary>
    /// <param name="second">The key that this one has replaced, while it signs too.</param>
    internal static Checkpoint Sign(NoteSigner signer, long size, MerkleHash root, NoteSigner? second = null)
    {
        var origin = signer.Verifier.Name;
        var text = string.Create(CultureInfo.InvariantCulture, $"{origin}\n{size}\n{root}\n");
        var signature = signer.SignText(text);
        var checkpoint = new Checkpoint(size, root, text, $"{text}\n{signature.ToLine()}", signature, []);
        return second is null ? checkpoint : checkpoint.With(second.SignText(text));
    }

    /// <summary>A decimal number with one spelling.</summary>
    internal static bool TryReadSize(ReadOnlySpan<char> text, out long size) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size)
        && (text.Length == 1 || text[0] != '0');
}
