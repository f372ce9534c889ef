using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Profiles.Conditions;

namespace SecureExchange.Masking.Tracing;

/// <summary>What a profile says below <c>trace</c>: how a copy that got out can be told from others.</summary>
/// <param name="CanaryEvery">One canary row for about so many rows; 0: none.</param>
/// <param name="Watermark">Fields whose tokens are marked.</param>
internal sealed record TraceRules(int CanaryEvery, IReadOnlyList<string> Watermark)
{
    /// <summary>Formats in which a record can be put between others, without anything being said of it elsewhere in the file.</summary>
    private static readonly RecordFormat[] s_formats = [RecordFormat.Csv, RecordFormat.Ndjson, RecordFormat.Json, RecordFormat.FixedWidth, RecordFormat.Xlsx];

    public static TraceRules? Read(ProfileSection top, RecordFormat format, bool hasRecords, IReadOnlyList<FieldDeclaration> fields, IReadOnlyList<Suppression> suppressions, string? rowKey)
    {
        if (top.Find("trace") is not { } node) return null;
        var section = new ProfileSection(node, "trace");
        var every = (int)section.Number("canary-every", 2, 1_000_000, otherwise: 0);
        if (every > 0 && !s_formats.Contains(format))
            throw section.Wrong("canary-every", $"canary rows are put into {string.Join(", ", s_formats.Select(Name))} only, not into {Name(format)}; leave it out, and mark tokens with watermark");
        if (every > 0 && format == RecordFormat.Json && !hasRecords)
            throw section.Wrong("canary-every", "the whole document is one record, and canary rows stand between records; say records, or leave it out and mark tokens with watermark");
        if (every > 0 && rowKey is not null && IsAsked(rowKey, fields, suppressions))
            throw section.Wrong("canary-every", $"canary rows get a row key of their own, so '{rowKey}' may have no conditions, and none may hang on it; leave one of the two out");
        var marked = section.Find("watermark") is null ? [] : section.Texts("watermark");
        foreach (var name in marked)
        {
            if (fields.FirstOrDefault(field => field.Key.Value == name) is not { } field)
                throw section.Wrong("watermark", $"watermark: there is no field '{name}'");
            if (!field.Variants.Select(variant => variant.Variant).Append(field.Otherwise).Any(variant => variant.Rule.CanBeMarked))
                throw section.Wrong("watermark", $"watermark: '{name}' isn't tokenised (with context: field) for anybody, and only such tokens can be marked");
        }

        section.RefuseOthers();
        if (every == 0 && marked.Count == 0) throw section.Wrong("", "trace needs canary-every, watermark, or both");
        return new TraceRules(every, marked);
    }

    /// <summary>Whether a condition is about the row key, or about a field whose subject it is.</summary>
    private static bool IsAsked(string rowKey, IReadOnlyList<FieldDeclaration> fields, IReadOnlyList<Suppression> suppressions)
    {
        foreach (var field in fields)
        {
            foreach (var variant in field.Variants.Select(variant => variant.Variant).Append(field.Otherwise).Where(variant => variant.Cases.Count > 0))
            {
                if (field.Key.Value == rowKey || variant.Rule.Subject == rowKey || variant.Cases.Any(one => Asks(one.If))) return true;
            }
        }

        return suppressions.Any(suppression => Asks(suppression.If));

        bool Asks(Condition condition) => condition.Fields.Any(asked => fields[asked].Key.Value == rowKey);
    }

    private static string Name(RecordFormat format) => RecordFormatNames.All.ToArray().First(known => known.Format == format).Name;
}
