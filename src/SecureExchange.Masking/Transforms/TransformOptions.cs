using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>What a field's rule says beside its transform's name.</summary>
/// <param name="Section">The rule.</param>
/// <param name="Format">How the records are written.</param>
/// <param name="Type">What the field holds, where the profile says so.</param>
/// <param name="SubjectKey">The field that says whose record it is, where the profile has one for all fields.</param>
internal readonly record struct TransformOptions(ProfileSection Section, RecordFormat Format, string? Type, string? SubjectKey)
{
    /// <summary>The field that says whose value it is: the rule's own, or the profile's.</summary>
    public string Subject() => Section.OptionalText("subject") ?? SubjectKey ?? Section.Text("subject");
}
