using SecureExchange.Masking.Profiles;

namespace SecureExchange.Gateway.Agreements;

/// <summary>The agreement's schema: which fields a file has. It has to fit the profile on the day of the agreement, and
/// not be found out by the first file.</summary>
internal static class AgreementSchema
{
    internal static void Check(YamlMap root, MaskingProfile profile)
    {
        if (root.OptionalMap("schema") is not { } schema) return;
        var format = schema.OneOf("format", profile.Format, RecordFormatNames.All);
        if (format != profile.Format) throw schema.Fault("format", "the schema's format isn't the masking profile's");
        var fields = schema.Texts("fields");
        schema.RejectUnknown();
        var ruled = profile.Fields.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        if (profile.Unlisted == UnlistedFields.Refuse && fields.FirstOrDefault(f => !ruled.Contains(f)) is { } unlisted)
            throw schema.Fault("fields", $"the masking profile has no rule for '{unlisted}' and refuses what it doesn't list");
        if (profile.Fields.FirstOrDefault(f => !fields.Contains(f.Name)) is { } unknown)
            throw schema.Fault("fields", $"the masking profile has a rule for '{unknown.Name}', which the schema doesn't list");
    }
}
