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
    public const int MaxFields = 4096;

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
        var unlisted = ReadUnlisted(top);
        var allowMissingRows = false;
        if (top.Find("returns") is { } node)
        {
            var returns = new ProfileSection(node, "returns");
            allowMissingRows = returns.Choice("missing-rows", false, ("refuse", false), ("allow", true));
            returns.RefuseOthers();
        }

        var defaults = ReadDefaults(top, layout);
        var fields = ReadAllFields(top, defaults);
        var suppressions = Suppression.Read(top, layout.Format, layout.Records is not null);
        BindConditions(fields, suppressions);
        var attachments = AttachmentDeclaration.ReadAll(top, digest, fields.Count);
        var rowKey = top.OptionalScalar("row-key");
        var risk = RiskRules.Read(top, [.. fields.Concat(attachments.SelectMany(kind => kind.Declared?.Fields ?? [])).Select(field => field.Resolve(Audience.Anyone))]);
        var tracing = TraceRules.Read(top, layout.Format, layout.Records is not null, fields, suppressions, rowKey?.Value);
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
            IsMeasured = risk is not null,
            Suppressions = suppressions,
            Tracing = tracing,
            Attachments = attachments,
        };
    }

    /// <summary>Reads what is said of files that are attached to a message: how they are written, and their fields.</summary>
    /// <param name="section">The files'.</param>
    /// <param name="name">What the profile calls them.</param>
    /// <param name="digest">The whole profile's.</param>
    /// <param name="isMeasured">Whether that has something measured.</param>
    public static ProfileDeclaration ReadAttached(ProfileSection section, string name, byte[] digest, bool isMeasured)
    {
        var layout = RecordLayout.Read(section, asFormat: null);
        var fields = ReadAllFields(section, ReadDefaults(section, layout) with { Attachment = name });
        var suppressions = Suppression.Read(section, layout.Format, layout.Records is not null);
        BindConditions(fields, suppressions);
        return new ProfileDeclaration
        {
            Digest = digest,
            Name = name,
            Version = 1,
            Layout = layout,
            Unlisted = ReadUnlisted(section),
            AllowMissingRows = false,
            RowKey = null,
            Fields = fields,
            Risk = null,
            IsMeasured = isMeasured,
            Suppressions = suppressions,
            Tracing = null,
        };
    }

    private static UnlistedFields ReadUnlisted(ProfileSection section) =>
        section.Choice("unlisted", UnlistedFields.Refuse, ("refuse", UnlistedFields.Refuse), ("drop", UnlistedFields.Drop));

    private static FieldDefaults ReadDefaults(ProfileSection section, RecordLayout layout) => new(
        layout,
        section.Choice("on-failure", OnFailure.Refuse, s_onFailure),
        section.Choice("scope", KeyScope.Agreement, s_scopes),
        section.OptionalText("subject-key"));

    private static List<FieldDeclaration> ReadAllFields(ProfileSection section, FieldDefaults defaults)
    {
        var fields = ReadFields(new ProfileSection(section.Require("fields"), "fields"), defaults);
        if (section.Find("patterns") is { } patterns) AddPatterns(new ProfileSection(patterns, "patterns"), fields, defaults);
        if (defaults.SubjectKey is { } subject && !fields.Exists(field => field.Key.Value == subject))
            throw section.Bad("subject-key", $"subject-key: there is no field '{subject}'");
        return fields;
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
            Attachment = defaults.Attachment,
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
        var (transform, rule, onFailure) = ReadTransform(section, defaults);
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
        var (transform, rule, onFailure) = ReadTransform(section, defaults);
        section.RefuseOthers();
        return new FieldCase(condition, new FieldVariant(transform, rule, onFailure, section.Describe("transform", "if"), section.Node));
    }

    private static (string Name, TransformRule Rule, OnFailure OnFailure) ReadTransform(ProfileSection section, FieldDefaults defaults)
    {
        var transform = section.Text("transform");
        var declare = TransformTable.Find(transform)
            ?? throw new ProfileException(
                ProfileError.UnknownTransform, section.Node.Line, section.Node.Column, $"no transform '{transform}'; there are {TransformTable.Names}");
        var rule = declare(new TransformOptions(section, defaults.Layout.Format, defaults.Type, defaults.SubjectKey));
        return (transform, rule, section.Choice("on-failure", defaults.OnFailure, s_onFailure));
    }

    /// <summary>What the profile says for all fields.</summary>
    private sealed record FieldDefaults(RecordLayout Layout, OnFailure OnFailure, KeyScope Scope, string? SubjectKey)
    {
        public string? Type { get; init; }

        public string? Attachment { get; init; }
    }
}
