using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tracing;

/// <summary>What a profile says below <c>trace</c>: how a copy that got out can be told from others.</summary>
/// <param name="CanaryEvery">One canary row for about so many rows; 0: none.</param>
/// <param name="Watermark">Fields whose tokens are marked.</param>
internal sealed record TraceRules(int CanaryEvery, IReadOnlyList<string> Watermark)
{
    public static TraceRules? Read(ProfileSection top, RecordFormat format, IReadOnlyList<FieldDeclaration> fields, bool leavesOut)
    {
        if (top.Find("trace") is not { } node) return null;
        var section = new ProfileSection(node, "trace");
        var every = (int)section.Number("canary-every", 2, 1_000_000, otherwise: 0);
        if (every > 0 && format != RecordFormat.Csv) throw section.Wrong("canary-every", "canary rows are put into CSV only, so far; leave it out");
        if (every > 0 && (leavesOut || fields.Any(field => field.Variants.Select(variant => variant.Variant).Append(field.Otherwise).Any(variant => variant.Cases.Count > 0))))
            throw section.Wrong("canary-every", "canary rows don't go with conditions on records or fields, so far; leave it out");
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
}
