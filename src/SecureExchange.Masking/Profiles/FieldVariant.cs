using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Profiles;

/// <summary>What becomes of a field for one audience.</summary>
/// <param name="Transform">The transform's name.</param>
/// <param name="Rule">The transform, its options checked.</param>
/// <param name="OnFailure">What happens to a value that it can't take.</param>
/// <param name="Options">What else the profile says of it, in the order of the keys.</param>
/// <param name="Place">Where the profile says so.</param>
internal sealed record FieldVariant(string Transform, TransformRule Rule, OnFailure OnFailure, string Options, YamlNode Place);
