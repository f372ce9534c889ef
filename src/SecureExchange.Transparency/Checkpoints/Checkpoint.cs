using System.Globalization;
using System.Text;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A log's signed statement of its size and root (C2SP tlog-checkpoint), whose signature has been verified.</summary>
public sealed record Checkpoint
{
    /// <summary>Where a log has its newest.</summary>
    internal const string Path = "checkpoint";

    private Checkpoint(string origin, long size, MerkleHash root, string note)
    {
        Origin = origin;
        Size = size;
        Root = root;
        Note = note;
    }

    /// <summary>Which log: the first line, and the name of its key.</summary>
    public string Origin { get; }

    /// <summary>How many entries.</summary>
    public long Size { get; }

    /// <summary>The root of the RFC 6962 tree over them.</summary>
    public MerkleHash Root { get; }

    /// <summary>The signed note, as it came.</summary>
    public string Note { get; }

    /// <summary>Reads a checkpoint and verifies the log's signature on it. Other signatures are ignored.</summary>
    /// <exception cref="TransparencyException">It is malformed, of another log, or not signed by this key.</exception>
    public static Checkpoint Open(ReadOnlySpan<byte> note, NoteVerifier verifier)
    {
        var text = SignedNote.Open(note, verifier).Text;
        var lines = text[..^1].Split('\n');

        // Anything after the root is an extension line, which may not be empty and says nothing to us.
        if (lines.Length < 3 || lines.Contains("") || !TryReadSize(lines[1], out var size)
            || !StrictBase64.TryDecode(lines[2], out var root) || root.Length != MerkleHash.Size)
        {
            throw new TransparencyException(TransparencyError.MalformedCheckpoint);
        }

        // tlog-checkpoint only says SHOULD. Without it a key that signs for one log could speak for another.
        if (lines[0] != verifier.Name) throw new TransparencyException(TransparencyError.WrongOrigin);
        return new Checkpoint(lines[0], size, MerkleHash.Read(root), Encoding.UTF8.GetString(note));
    }

    /// <summary>States and signs a size and root. The one place that does: who calls it MUST have seen this size
    /// and root committed in <see cref="Head"/>.</summary>
    internal static Checkpoint Sign(NoteSigner signer, long size, MerkleHash root)
    {
        var origin = signer.Verifier.Name;
        var note = signer.Sign(string.Create(CultureInfo.InvariantCulture, $"{origin}\n{size}\n{root}\n"));
        return new Checkpoint(origin, size, root, note);
    }

    /// <summary>A decimal number with one spelling.</summary>
    internal static bool TryReadSize(ReadOnlySpan<char> text, out long size) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size)
        && (text.Length == 1 || text[0] != '0');
}
