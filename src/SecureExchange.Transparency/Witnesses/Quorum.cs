namespace SecureExchange.Transparency.Witnesses;

/// <summary>A witness, or a group of which so many must have seen a checkpoint.</summary>
/// <param name="Threshold">Members that are needed; 0 for <c>none</c>.</param>
/// <param name="Members">Groups and witnesses; empty for a witness.</param>
/// <param name="Witness">Null for a group.</param>
internal sealed record Quorum(int Threshold, IReadOnlyList<Quorum> Members, Cosigner? Witness = null)
{
    /// <summary>Each name is member of one group at most, so a witness counts in one way only, and the work is no more
    /// than the policy is long.</summary>
    internal bool IsMet(IReadOnlySet<Cosigner> seen) =>
        Witness is null ? Members.Count(member => member.IsMet(seen)) >= Threshold : seen.Contains(Witness);
}
