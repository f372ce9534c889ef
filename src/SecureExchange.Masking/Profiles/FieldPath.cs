using System.Globalization;
using System.Text;
using SecureExchange.Masking.Records;
using SecureExchange.Masking.Records.Segments;

namespace SecureExchange.Masking.Profiles;

/// <summary>Where a field is: a CSV column's name, or a path such as <c>claim.lines[*].iban</c>.</summary>
internal sealed class FieldPath
{
    private FieldPath(string canonical, IReadOnlyList<PathStep> steps, NamePattern? pattern = null)
    {
        Pattern = pattern;
        Canonical = canonical;
        Utf8 = Encoding.UTF8.GetBytes(canonical);
        Steps = steps;
        HasElements = pattern is not null || steps.Any(step => step.IsArray);
    }

    /// <summary>One spelling for each path: <c>lines[]</c> is <c>lines[*]</c>. Tokens and tweaks are bound to it.</summary>
    public string Canonical { get; }

    public byte[] Utf8 { get; }

    /// <summary>Empty for CSV.</summary>
    public IReadOnlyList<PathStep> Steps { get; }

    /// <summary>Whether a record may have several of it.</summary>
    public bool HasElements { get; }

    /// <summary>What the last name has to fit, where the profile has a pattern there; null for a field by name.</summary>
    public NamePattern? Pattern { get; }

    /// <summary>Whether it is around a document's records and not in one.</summary>
    public bool IsOutside { get; private init; }

    public static FieldPath OfColumn(YamlScalar name)
    {
        if (name.Value.Length == 0) throw Bad(name, "a field needs a name");
        return new FieldPath(name.Value, []);
    }

    public static FieldPath OfColumnNumber(YamlScalar name) =>
        int.TryParse(name.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 4096 && name.Value[0] != '0'
            ? new FieldPath(name.Value, [])
            : throw Bad(name, "in a file without a header line a field is the number of its column, from 1");

    /// <summary>The way to the records of a document: <c>[*]</c>, or <c>batch.claims[*]</c>.</summary>
    public static FieldPath OfRecords(YamlScalar path)
    {
        var names = path.Value.StartsWith("$.", StringComparison.Ordinal) ? path.Value[2..] : path.Value.TrimStart('$');
        if (names is "[*]" or "[]") return new FieldPath("[*]", []);
        var records = OfJson(new YamlScalar(path.Line, path.Column, names));
        return records.Steps[^1].IsArray && records.Steps.Count(step => step.IsArray) == 1
            ? records
            : throw Bad(path, "records are the elements of one array: [*], or batch.claims[*]");
    }

    /// <summary>A place in a message of segments: <c>PID-5.1</c>, <c>NM1[IL]-03</c>, <c>OBX[*]-5</c>.</summary>
    public static FieldPath OfSegment(YamlScalar name) => SegmentRule.IsName(name.Value)
        ? new FieldPath(name.Value, [new PathStep(name.Value, name.Value.Contains("[*]", StringComparison.Ordinal))])
        : throw Bad(name, "a segment, with what its first element must be in brackets, and an element behind it: PID-5.1, NM1[IL]-03, OBX[*]-5");

    /// <summary>The one field of a text.</summary>
    public static FieldPath OfText(YamlScalar name) => name.Value == TextCodec.Field
        ? new FieldPath(name.Value, [])
        : throw Bad(name, $"a text has one field, which is called {TextCodec.Field}");

    /// <summary>A path whose last name is a pattern, in a format whose files name their fields.</summary>
    public static FieldPath OfPattern(YamlScalar path, RecordLayout layout)
    {
        var text = path.Value.StartsWith("$.", StringComparison.Ordinal) && layout is { Format: RecordFormat.Json or RecordFormat.Ndjson, Records: null } ? path.Value[2..] : path.Value;
        var separator = layout.Format switch
        {
            RecordFormat.Json or RecordFormat.Ndjson => '.',
            RecordFormat.Xml => '/',
            RecordFormat.Xlsx => '\0',
            RecordFormat.Csv when layout.HasHeader => '\0',
            _ => throw Bad(path, "patterns are for fields that a file names: of csv with a header line, xlsx, json, ndjson and xml"),
        };
        var end = separator == '\0' ? -1 : text.LastIndexOf(separator);
        var name = text[(end + 1)..];
        if (NamePattern.Fault(name) is { } fault) throw Bad(path, fault);
        if (separator == '\0') return new FieldPath(name, [], NamePattern.Of(name));
        if (name.AsSpan().ContainsAny('[', ']', ':')) throw Bad(path, "the last name of a path is the pattern, without brackets and prefix: claim.note_*");
        var before = new YamlScalar(path.Line, path.Column, end < 0 ? "" : text[..end]);
        if (layout.Records is not null && text.StartsWith(separator == '/' ? "/" : "$.", StringComparison.Ordinal)) throw Bad(path, "patterns are for fields in the records");
        var above = end < 0 ? [] : (separator == '.' ? OfJson(before) : OfXml(before, layout.Records is not null)).Steps;
        var bare = separator == '/' ? name.TrimStart('@') : name;
        return new FieldPath(string.Join(separator, above.Append(new PathStep(name, false))), [.. above, new PathStep(name, false)], NamePattern.Of(bare));
    }

    /// <summary>A path of XML elements, the last of which may be an attribute: <c>Amt/InstdAmt/@Ccy</c>. With records, one
    /// that starts with a slash is outside of them; <c>.</c> is the record's own text.</summary>
    public static FieldPath OfXml(YamlScalar path, bool hasRecords)
    {
        var isOutside = hasRecords && path.Value.StartsWith('/');
        var names = isOutside || !hasRecords ? path.Value.TrimStart('/') : path.Value;
        if (names == ".") return new FieldPath(".", []);
        var steps = new List<PathStep>();
        foreach (var part in names.Split('/'))
        {
            var isArray = part.EndsWith("[*]", StringComparison.Ordinal);
            var name = isArray ? part[..^3] : part;
            var isLast = steps.Count == names.Count(c => c == '/');
            if (name.TrimStart('@').Length == 0 || name.AsSpan().ContainsAny('[', ']', '*') || name.LastIndexOf('@') > 0 || (name[0] == '@' && (!isLast || isArray)))
                throw Bad(path, "a path is names of elements with slashes between them, each with [*] behind it if it may be there more than once, and @ in front of an attribute");
            steps.Add(new PathStep(name, isArray));
        }

        return new FieldPath((isOutside ? "/" : "") + string.Join('/', steps), steps) { IsOutside = isOutside };
    }

    /// <summary>A path in a document that has records: <c>$.batch.contact</c> is outside of them, all else within each.</summary>
    public static FieldPath OfJsonDocument(YamlScalar path)
    {
        if (!path.Value.StartsWith("$.", StringComparison.Ordinal)) return OfJson(path);
        var outside = OfJson(path);
        return new FieldPath("$." + outside.Canonical, outside.Steps) { IsOutside = true };
    }

    public static FieldPath OfJson(YamlScalar path)
    {
        var steps = new List<PathStep>();
        // A dollar in front, as in JSONPath, is the record itself.
        var text = path.Value.StartsWith("$.", StringComparison.Ordinal) ? path.Value[2..] : path.Value;
        foreach (var part in text.Split('.'))
        {
            var isArray = part.EndsWith("[*]", StringComparison.Ordinal) || part.EndsWith("[]", StringComparison.Ordinal);
            var name = isArray ? part[..part.LastIndexOf('[')] : part;
            if (name.Length == 0 || name.AsSpan().ContainsAny('[', ']', '*'))
                throw Bad(path, "a path is names with dots between them, each with [*] behind it if it is an array: lines[*].iban");
            steps.Add(new PathStep(name, isArray));
        }

        return new FieldPath(string.Join('.', steps), steps);
    }

    /// <summary>Whether <paramref name="other"/> is in the same record, and in the same array element as this field or in none.</summary>
    public bool SharesElementWith(FieldPath other) =>
        IsOutside == other.IsOutside && other.Pattern is null && (!other.HasElements || Element == other.Element);

    /// <summary>Whether another path differs in its last name alone, which fits the pattern of this one.</summary>
    public bool Takes(FieldPath other)
    {
        if (Pattern is null || IsOutside != other.IsOutside || Steps.Count != other.Steps.Count) return false;
        if (Steps.Count == 0) return Pattern.Fits(other.Utf8);
        var (name, isAttribute) = (other.Steps[^1].Name, Steps[^1].Name[0] == '@');
        if (other.Steps[^1].IsArray || Above != other.Above || isAttribute != (name[0] == '@')) return false;
        return Pattern.Fits(Encoding.UTF8.GetBytes(isAttribute ? name[1..] : name));
    }

    private string Above => Canonical[..^Steps[^1].ToString().Length];

    private string Element => Canonical[..(Canonical.LastIndexOf("[*]", StringComparison.Ordinal) + 1)];

    private static ProfileException Bad(YamlScalar at, string message) => new(ProfileError.WrongValue, at.Line, at.Column, message);
}

/// <summary>One name of a path, and whether it is an array of what follows.</summary>
internal readonly record struct PathStep(string Name, bool IsArray)
{
    public override string ToString() => IsArray ? Name + "[*]" : Name;
}
