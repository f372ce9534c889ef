using SecureExchange.Masking.Records;
using SecureExchange.Masking.Risk;
using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Profiles;

/// <summary>Turns the YAML of a profile into typed rules, and checks what only the whole can show.</summary>
internal static class ProfileReader
{
    private const int MaxFields = 4096;

    public static MaskingProfile Read(YamlNode root, byte[] digest)
    {
        var top = new ProfileSection(root, "a profile");
        var name = top.Text("profile");
        if (name.Length is 0 or > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
            throw top.Wrong("profile", "a profile's name is up to 64 letters, digits, dots and dashes");
        var version = (int)top.Number("version", 1, int.MaxValue);
        var format = top.Choice<RecordFormat>("format", null, ("csv", RecordFormat.Csv), ("ndjson", RecordFormat.Ndjson));
        var delimiter = top.Choice<byte>("delimiter", 0, ("comma", (byte)','), ("semicolon", (byte)';'), ("tab", (byte)'\t'));
        if (delimiter != 0 && format != RecordFormat.Csv) throw top.Wrong("delimiter", "only CSV has a delimiter");
        var unlisted = top.Choice("unlisted", UnlistedFields.Refuse, ("refuse", UnlistedFields.Refuse), ("drop", UnlistedFields.Drop));
        var allowMissingRows = false;
        if (top.Find("returns") is { } node)
        {
            var returns = new ProfileSection(node, "returns");
            allowMissingRows = returns.Choice("missing-rows", false, ("refuse", false), ("allow", true));
            returns.RefuseOthers();
        }

        var fields = ReadFields(new ProfileSection(top.Require("fields"), "fields"), format);
        var rowKey = top.OptionalText("row-key") is { } key ? RowKey(fields, key, top) : -1;
        var risk = RiskRules.Read(top, fields);
        top.RefuseOthers();
        foreach (var field in fields) BindSubject(field, fields);
        return new MaskingProfile(digest, fields)
        {
            Name = name,
            Version = version,
            Format = format,
            Unlisted = unlisted,
            AllowMissingRows = allowMissingRows,
            RowKeyIndex = rowKey,
            Risk = risk,
            Delimiter = delimiter,
            Paths = format == RecordFormat.Ndjson ? JsonNode.Build(fields) : null,
        };
    }

    private static List<FieldRule> ReadFields(ProfileSection section, RecordFormat format)
    {
        var fields = new List<FieldRule>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (section.Entries.Count is 0 or > MaxFields) throw section.Wrong("", $"fields needs 1 to {MaxFields} fields");
        foreach (var (key, value) in section.Entries)
        {
            var path = format == RecordFormat.Csv ? FieldPath.OfColumn(key) : FieldPath.OfJson(key);
            if (!names.Add(path.Canonical))
                throw new ProfileException(ProfileError.DuplicateKey, key.Line, key.Column, $"'{path.Canonical}' is there twice");
            var options = new ProfileSection(value, $"field '{key.Value}'");
            var transform = options.Text("transform");
            var declare = TransformTable.Find(transform)
                ?? throw new ProfileException(
                    ProfileError.UnknownTransform, value.Line, value.Column, $"no transform '{transform}'; there are {TransformTable.Names}");
            var rule = declare(new TransformOptions(options, format));
            var isOptional = options.Flag("optional", otherwise: false);
            options.RefuseOthers();
            fields.Add(new FieldRule(key.Value, path, transform, rule, isOptional, key) { IsReversible = rule.IsReversible });
        }

        return fields;
    }

    private static int RowKey(List<FieldRule> fields, string name, ProfileSection top)
    {
        var at = fields.FindIndex(field => field.Name == name);
        var node = top.Require("row-key");
        if (at < 0) throw Reference(node, $"row-key: there is no field '{name}'");
        // What is masked differently each time, or alike for many, can't tell rows apart when they come back.
        if (!fields[at].Rule.TellsRowsApart)
            throw Reference(node, $"row-key: '{name}' must be kept, tokenised, fpe or hashed, so that it still tells rows apart when masked");
        if (fields[at].Path.HasElements) throw Reference(node, $"row-key: '{name}' is in an array; a record has one row key");
        return at;
    }

    private static void BindSubject(FieldRule field, List<FieldRule> fields)
    {
        if (field.Rule.Subject is not { } name) return;
        var at = fields.FindIndex(other => other.Name == name);
        if (at < 0) throw Reference(field.Place, $"'{field.Name}': there is no field '{name}' to be its subject");
        if (at == fields.IndexOf(field)) throw Reference(field.Place, $"'{field.Name}' can't be its own subject");
        var subject = fields[at];
        if (!field.Path.SharesElementWith(subject.Path))
            throw Reference(field.Place, $"'{field.Name}': its subject '{name}' must be in the same array element or in none");
        field.Subject = at;
        // A return can only be shifted back where the subject's real value comes back too.
        field.IsReversible = subject.Rule.Bind is null || (subject.Rule.IsReversible && subject.Rule.Subject is null);
    }

    private static ProfileException Reference(YamlNode node, string message) =>
        new(ProfileError.BadReference, node.Line, node.Column, message);
}
