using SecureExchange.Masking.Attestations;

namespace SecureExchange.Masking;

/// <summary>How often a transform was applied to a field.</summary>
/// <param name="Name">The field as the profile names it.</param>
/// <param name="Transform">The transform's name.</param>
/// <param name="Count">Values that it was applied to. Empty ones aren't counted: they stay empty.</param>
public sealed record FieldCount(string Name, string Transform, long Count)
{
    /// <summary>How many of them the transform couldn't take, and <c>[redacted]</c> took their place.</summary>
    public long Failed { get; init; }

    /// <summary>Of free text: how often which entity was found and replaced, by name.</summary>
    public IReadOnlyList<EntityCount> Entities { get; init; } = [];
}
