using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>What a field's rule says beside its transform's name.</summary>
internal readonly record struct TransformOptions(ProfileSection Section, RecordFormat Format);
