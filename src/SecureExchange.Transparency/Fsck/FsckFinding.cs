namespace SecureExchange.Transparency.Fsck;

/// <summary>One thing that a verifier found.</summary>
/// <param name="Path">The object it was found in.</param>
/// <param name="Index">The entry it is about, or the first of them; null where it is about no entry.</param>
/// <param name="Text">For a person. Never contains an entry.</param>
public sealed record FsckFinding(FsckFindingKind Kind, string? Path, long? Index, string Text)
{
    /// <summary>Whether the log is whole in spite of it.</summary>
    public bool IsNote => Kind is FsckFindingKind.UnfinishedPublication or FsckFindingKind.UnexpectedObject;
}
