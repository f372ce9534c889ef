using SecureExchange.Masking.Profiles.Conditions;

namespace SecureExchange.Masking.Profiles;

/// <summary>What becomes of a field's value in records of which a condition holds.</summary>
internal sealed record FieldCase(Condition If, FieldVariant Variant);

/// <summary>The same in words, for people.</summary>
/// <param name="Condition">Of which records.</param>
/// <param name="Transform">The transform's name, as in the profile.</param>
/// <param name="Options">What the profile says beside it, in the order of the keys.</param>
/// <param name="Sight">How much of a value the reader sees then.</param>
/// <param name="ReaderSees">What that is.</param>
public sealed record ConditionalRule(string Condition, string Transform, string Options, Sight Sight, string ReaderSees);
