using SecureExchange.Masking.Profiles.Conditions;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Risk;
using SecureExchange.Masking.Tracing;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Profiles;

/// <summary>Turns the YAML of a profile into typed rules. What only the whole can show is checked for each audience by
/// <see cref="ProfileDeclaration.For"/>.</summary>
internal static class ProfileReader
{
    private const int MaxFields = 4096;

    private static readonly (string, OnFailure)[] s_onFailure = [("refuse", OnFailure.Refuse), ("redact", OnFailure.Redact)];
    private static readonly (string, KeyScope)[] s_scopes = [("agreement", KeyScope.Agreement), ("client", KeyScope.Client)];

    public static ProfileDeclaration Read(YamlNode root, byte[] digest, RecordFormat? asFormat)
    {
        var top = new ProfileSection(root, "a profile");
        var name = top.Text("profile");
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
            throw top.Wrong("profile", "a profile's name is up to 64 letters, digits, dots and dashes");
        var version = (int)top.Number("version", 1, int.MaxValue);
        var layout = RecordLayout.Read(top, asFormat);
        var unlisted = top.Choice("unlisted", UnlistedFields.Refuse, ("refuse", UnlistedFields.Refuse), ("drop", UnlistedFields.Drop));
        var allowMissingRows = false;
        if (top.Find("returns") is { } node)
        {
            var returns = new ProfileSection(node, "returns");
            allowMissingRows = returns.Choice("missing-rows", false, ("refuse", false), ("allow", true));
            returns.RefuseOthers();
        }

        var defaults = new FieldDefaults(
            layout,
            top.Choice("on-failure", OnFailure.Refuse, s_onFailure),
            top.Choice("scope", KeyScope.Agreement, s_scopes),
            top.OptionalText("subject-key"));
        var fields = ReadFields(new ProfileSection(top.Require("fields"), "fields"), defaults);
        if (top.Find("patterns") is { } patterns) AddPatterns(new ProfileSection(patterns, "patterns"), fields, defaults);
        var suppressions = Suppression.Read(top, layout.Format, layout.Records is not null);
        BindConditions(fields, suppressions);
        if (defaults.SubjectKey is { } subject && !fields.Exists(field => field.Key.Value == subject))
            throw top.Bad("subject-key", $"subject-key: there is no field '{subject}'");
        var rowKey = top.OptionalScalar("row-key");
        var risk = RiskRules.Read(top, [.. fields.Select(field => field.Resolve(Audience.Anyone))]);
        var tracing = TraceRules.Read(top, layout.Format, fields, suppressions.Count > 0);
        top.RefuseOthers();
        return new ProfileDeclaration
        {
            Digest = digest,
            Name = name,
            Version = version,
            Layout = layout,
            Unlisted = unlisted,
            AllowMissingRows = allowMissingRows,
            RowKey = rowKey,
            Fields = fields,
            Risk = risk,
            Suppressions = suppressions,
            Tracing = tracing,
        };
    }

    private static void BindConditions(List<FieldDeclaration> fields, IReadOnlyList<Suppression> suppressions)
    {
        foreach (var suppression in suppressions) suppression.If.Bind(fields);
        foreach (var field in fields)
        {
            foreach (var one in field.Variants.Select(variant => variant.Variant).Append(field.Otherwise).SelectMany(variant => variant.Cases))
            {
                if (field.Path.IsOutside)
                    throw new ProfileException(ProfileError.BadReference, field.Key.Line, field.Key.Column, $"'{field.Key.Value}' isn't in the records, so that no condition can be asked of them");
                one.If.Bind(fields);
            }
        }
    }

    private static List<FieldDeclaration> ReadFields(ProfileSection section, FieldDefaults defaults)
    {
        var fields = new List<FieldDeclaration>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (section.Entries.Count is 0 or > MaxFields) throw section.Wrong("", $"fields needs 1 to {MaxFields} fields");
        foreach (var (key, value) in section.Entries)
        {
            var path = defaults.Layout.PathOf(key);
            if (!names.Add(path.Canonical))
                throw new ProfileException(ProfileError.DuplicateKey, key.Line, key.Column, $"'{path.Canonical}' is there twice");
            fields.Add(ReadField(key, path, new ProfileSection(value, $"field '{key.Value}'"), defaults));
        }

        return fields;
    }

    private static void AddPatterns(ProfileSection section, List<FieldDeclaration> fields, FieldDefaults defaults)
    {
        var names = fields.Select(field => field.Path.Canonical).ToHashSet(StringComparer.Ordinal);
        if (section.Entries.Count is 0 || section.Entries.Count + fields.Count > MaxFields) throw section.Wrong("", $"patterns needs one or more, and with fields at most {MaxFields}");
        foreach (var (key, value) in section.Entries)
        {
            var path = FieldPath.OfPattern(key, defaults.Layout);
            if (!names.Add(path.Canonical))
                throw new ProfileException(ProfileError.DuplicateKey, key.Line, key.Column, $"'{path.Canonical}' is there twice");
            fields.Add(ReadField(key, path, new ProfileSection(value, $"pattern '{key.Value}'"), defaults));
        }
    }

    private static FieldDeclaration ReadField(YamlScalar key, FieldPath path, ProfileSection section, FieldDefaults defaults)
    {
        var type = FieldType.Read(section);
        var scope = section.Choice("scope", defaults.Scope, s_scopes);
        var isOptional = section.Flag("optional", otherwise: false);
        var link = section.OptionalText("link");
        if (link is { Length: 0 or > 64 }) throw section.Wrong("link", "a link is a name of up to 64 characters");
        var own = defaults with { Type = type };
        var otherwise = ReadVariant(section, own);
        var variants = section.Find("audiences") is { } node ? ReadAudiences(node, key, own with { OnFailure = otherwise.OnFailure }) : [];
        section.RefuseOthers();
        if (scope == KeyScope.Client && variants.Select(variant => variant.Item2).Append(otherwise).Any(variant => variant.Rule.NeedsMap))
            throw section.Wrong("scope", "a token map belongs to whoever keeps it: what needs one has scope agreement");
        return new FieldDeclaration
        {
            Key = key,
            Path = path,
            Type = type,
            IsOptional = isOptional,
            Scope = scope,
            Link = link,
            Otherwise = otherwise,
            Variants = variants,
        };
    }

    private static List<(Audience, FieldVariant)> ReadAudiences(YamlNode node, YamlScalar field, FieldDefaults defaults)
    {
        var variants = new List<(Audience, FieldVariant)>();
        foreach (var (name, value) in new ProfileSection(node, "audiences").Entries)
        {
            var audience = Audience.Read(name);
            var section = new ProfileSection(value, $"field '{field.Value}' for {audience}");
            variants.Add((audience, ReadVariant(section, defaults)));
            section.RefuseOthers();
        }

        return variants;
    }

    private static FieldVariant ReadVariant(ProfileSection section, FieldDefaults defaults)
    {
        var transform = section.Text("transform");
        var declare = TransformTable.Find(transform)
            ?? throw new ProfileException(
                ProfileError.UnknownTransform, section.Node.Line, section.Node.Column, $"no transform '{transform}'; there are {TransformTable.Names}");
        var rule = declare(new TransformOptions(section, defaults.Layout.Format, defaults.Type, defaults.SubjectKey));
        var onFailure = section.Choice("on-failure", defaults.OnFailure, s_onFailure);
        var own = new FieldVariant(transform, rule, onFailure, section.Describe("transform", "optional", "audiences", "type", "scope", "link"), section.Node);
        if (section.Find("when") is not { } when) return own;
        if (when is not YamlList { Items: { Count: > 0 } items })
            throw section.Wrong("when", "when is a list of cases, of which the first that holds counts: - { if: { field: status, is: closed }, transform: redact }");
        List<FieldCase> cases = [.. items.Select(item => ReadCase(item, defaults with { OnFailure = onFailure }))];
        return own with { Rule = Conditional.Combine(section, defaults.Layout.Format, own, cases), Cases = cases };
    }

    private static FieldCase ReadCase(YamlNode node, FieldDefaults defaults)
    {
        var section = new ProfileSection(node, "a case of when");
        var condition = ConditionReader.Read(section.Require("if"));
        var transform = section.Text("transform");
        var declare = TransformTable.Find(transform)
            ?? throw new ProfileException(
                ProfileError.UnknownTransform, section.Node.Line, section.Node.Column, $"no transform '{transform}'; there are {TransformTable.Names}");
        var rule = declare(new TransformOptions(section, defaults.Layout.Format, defaults.Type, defaults.SubjectKey));
        var onFailure = section.Choice("on-failure", defaults.OnFailure, s_onFailure);
        section.RefuseOthers();
        return new FieldCase(condition, new FieldVariant(transform, rule, onFailure, section.Describe("transform", "if"), section.Node));
    }

    /// <summary>What the profile says for all fields.</summary>
    private sealed record FieldDefaults(RecordLayout Layout, OnFailure OnFailure, KeyScope Scope, string? SubjectKey)
    {
        public string? Type { get; init; }
    }
}
