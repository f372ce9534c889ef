using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Manifests;

/// <summary>The fields that a returned row is checked by: the row key, all that will be turned back, free text excepted (it
/// comes back with more in it), and what says by which transform others were masked.</summary>
internal sealed class TaggedFields
{
    public TaggedFields(MaskingProfile profile)
    {
        Key = profile.RowKeyIndex;
        Others = [.. Enumerable.Range(0, profile.Fields.Count).Where(i => i != Key && profile.Fields[i] is { IsReversible: true, Rule.IsFreeText: false } or { IsWitness: true })];
    }

    /// <summary>Index of the row key's rule, or -1.</summary>
    public int Key { get; }

    public bool HasKey => Key >= 0;

    /// <summary>Indices of the other rules, in the profile's order.</summary>
    public int[] Others { get; }
}
