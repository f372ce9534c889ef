using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A log's signed statement of its size and root (C2SP tlog-checkpoint), whose signature has been verified.</summary>
public sealed record Checkpoint
{
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
    public static Checkpoint Open(ReadOnlySpan<byte> note, NoteVerifier verifier) => throw new NotImplementedException();
}
