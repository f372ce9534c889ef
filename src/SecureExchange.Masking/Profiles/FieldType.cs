namespace SecureExchange.Masking.Profiles;

/// <summary>What a field holds, as its profile says: for people who read the profile, and for transforms that name it.</summary>
internal static class FieldType
{
    private static readonly string[] s_names =
    [
        "text", "number", "date", "person", "given-name", "family-name", "email", "phone", "street", "city", "postcode", "country",
        "card", "iban", "account", "national-id", "medical-record", "tax-id", "ip", "coordinates", "url", "device", "vehicle", "photo",
        "biometric", "amount", "code", "id", "free-text", "secret",
    ];

    public static string Names => string.Join(", ", s_names);

    public static string? Read(ProfileSection section)
    {
        if (section.OptionalText("type") is not { } type) return null;
        return s_names.Contains(type) ? type : throw section.Wrong("type", $"no type '{type}'; there are {Names}");
    }
}
