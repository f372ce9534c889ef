namespace SecureExchange.Masking.Profiles.Conditions;

/// <summary>Records that an audience doesn't get at all.</summary>
/// <param name="If">Which.</param>
/// <param name="Audiences">Who doesn't get them; empty: nobody does.</param>
internal sealed record Suppression(Condition If, IReadOnlyList<Audience> Audiences)
{
    public static IReadOnlyList<Suppression> Read(ProfileSection top, RecordFormat format, bool hasRecords)
    {
        if (top.Find("suppress") is not { } node) return [];
        if (format == RecordFormat.X12) throw top.Wrong("suppress", "an X12 interchange counts its segments, so that no record can be left out of it");
        if (format == RecordFormat.Json && !hasRecords) throw top.Wrong("suppress", "the whole document is one record; say records, or don't send it");
        if (node is not YamlList { Items.Count: > 0 } list) throw top.Wrong("suppress", "suppress is a list: - { if: { field: status, is: closed } }");
        return [.. list.Items.Select(Read)];
    }

    public bool IsFor(Audience audience) => Audiences.Count == 0
        || Audiences.Any(named => (named.Role is null || named.Role == audience.Role) && (named.Location is null || named.Location == audience.Location));

    private static Suppression Read(YamlNode node)
    {
        var section = new ProfileSection(node, "suppress");
        var condition = ConditionReader.Read(section.Require("if"));
        var audiences = new List<Audience>();
        if (section.Find("audiences") is { } named)
        {
            if (named is not YamlList { Items.Count: > 0 } list) throw section.Wrong("audiences", "audiences is a list: [vendor.agent@offshore, \"@nearshore\"]");
            audiences = [.. list.Items.Select(item => Audience.Read(item as YamlScalar ?? throw section.Wrong("audiences", "audiences is a list of names")))];
        }

        section.RefuseOthers();
        return new Suppression(condition, audiences);
    }
}
