using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Profiles;

/// <summary>What becomes of a field for one audience.</summary>
/// <param name="Transform">The transform's name.</param>
/// <param name="Rule">The transform, its options checked.</param>
/// <param name="OnFailure">What happens to a value that it can't take.</param>
/// <param name="Options">What else the profile says of it, in the order of the keys.</param>
/// <param name="Place">Where the profile says so.</param>
internal sealed record FieldVariant(string Transform, TransformRule Rule, OnFailure OnFailure, string Options, YamlNode Place)
{
    /// <summary>What becomes of it in some records instead, the first that fits; then <see cref="Rule"/> is that of all together.</summary>
    public IReadOnlyList<FieldCase> Cases { get; init; } = [];

    /// <summary>Whether some characters of a value go out as they are.</summary>
    public bool ShowsPart => Transform is "mask" or "truncate" || Rule.ShowsEnds;

    /// <summary>Each transform that some record may meet.</summary>
    public IEnumerable<FieldVariant> All => Cases.Select(one => one.Variant).Append(this);
}
