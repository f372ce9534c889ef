using SecureExchange.Masking.Files;
using SecureExchange.Masking.Files.Encodings;
using SecureExchange.Masking.Files.Workbooks;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records.Xml;

namespace SecureExchange.Masking.Records;

/// <summary>What a profile says of how its files are written: everything beside the fields.</summary>
internal sealed class RecordLayout
{
    private static readonly (string Key, RecordFormat[] Formats)[] s_keys =
    [
        ("delimiter", [RecordFormat.Csv]),
        ("header", [RecordFormat.Csv]),
        ("quotes", [RecordFormat.Csv]),
        ("records", [RecordFormat.Json, RecordFormat.Xml, RecordFormat.X12, RecordFormat.Text]),
        ("namespaces", [RecordFormat.Xml]),
        ("comments", [RecordFormat.Xml]),
        ("layout", [RecordFormat.FixedWidth]),
        ("record-length", [RecordFormat.FixedWidth]),
        ("line-ends", [RecordFormat.FixedWidth]),
        ("sheets", [RecordFormat.Xlsx]),
        ("extras", [RecordFormat.Xlsx]),
        ("formulas", [RecordFormat.Xlsx]),
        ("attachments", [RecordFormat.Eml]),
    ];

    /// <summary>Each archive in an archive is in memory as a whole.</summary>
    private const int MaxNested = 3;

    private RecordLayout(RecordFormat format) => Format = format;

    public RecordFormat Format { get; }

    public Container Container { get; private init; }

    public FileEncoding Encoding { get; private init; }

    /// <summary>CSV: the delimiter, or 0 where the header tells.</summary>
    public byte Delimiter { get; private init; }

    /// <summary>CSV: whether the first line names the columns; without it fields are numbers from 1.</summary>
    public bool HasHeader { get; private init; } = true;

    /// <summary>CSV: whether quotes mean anything.</summary>
    public bool HasQuotes { get; private init; } = true;

    /// <summary>JSON: the steps to the array whose elements are the records; null where the document is one.</summary>
    public FieldPath? Records { get; private init; }

    /// <summary>ZIP: names of entries, with one star each at most.</summary>
    public IReadOnlyList<string> Entries { get; private init; } = [];

    /// <summary>ZIP: how many archives deep.</summary>
    public int Nested { get; private init; }

    /// <summary>XLSX: what is taken of a workbook.</summary>
    public WorkbookRules Workbook { get; private init; } = new([], IsStrict: false, RefusesFormulas: false);

    /// <summary>X12: the segment that a record begins with.</summary>
    public string Loop { get; private init; } = "";

    /// <summary>Text: what of it is a record.</summary>
    public TextParts Text { get; private init; }

    /// <summary>XML: prefixes of the profile's own paths, and the namespaces that they stand for.</summary>
    public IReadOnlyDictionary<string, byte[]> Namespaces { get; private init; } = new Dictionary<string, byte[]>();

    /// <summary>XML: what becomes of comments and processing instructions.</summary>
    public XmlComments Comments { get; private init; }

    /// <summary>Fixed width: where the fields are.</summary>
    public FixedLayout? Fixed { get; private init; }

    /// <summary>Where <see cref="Records"/> stands in the profile.</summary>
    public YamlScalar? RecordsPlace { get; private init; }

    public static RecordLayout Read(ProfileSection top, RecordFormat? asFormat)
    {
        var written = top.Choice("format", asFormat, RecordFormatNames.All);
        var format = asFormat ?? written;
        var layout = new RecordLayout(format)
        {
            Container = top.Choice("container", Container.None, ("none", Container.None), ("gzip", Container.Gzip), ("zip", Container.Zip)),
            Encoding = top.Choice("encoding", FileEncoding.Utf8, ("utf-8", FileEncoding.Utf8), ("detect", FileEncoding.Detect),
                ("utf-16", FileEncoding.Utf16), ("utf-16le", FileEncoding.Utf16Le), ("utf-16be", FileEncoding.Utf16Be),
                ("windows-1252", FileEncoding.Windows1252), ("latin-1", FileEncoding.Latin1), ("shift-jis", FileEncoding.ShiftJis)),
            Delimiter = ReadDelimiter(top),
            HasHeader = top.Choice("header", true, ("present", true), ("none", false)),
            HasQuotes = top.Choice("quotes", true, ("rfc4180", true), ("none", false)),
            Records = top.Find("records") is not YamlScalar path ? null
                : format == RecordFormat.Xml ? FieldPath.OfXml(path, hasRecords: false)
                : format == RecordFormat.Json ? FieldPath.OfRecords(path) : null,
            Entries = ReadNames(top, "entries"),
            Nested = (int)top.Number("nested", 0, MaxNested, otherwise: 0),
            Workbook = new WorkbookRules(
                ReadNames(top, "sheets"), top.Choice("extras", false, ("drop", false), ("refuse", true)),
                top.Choice("formulas", false, ("values", false), ("refuse", true))),
            Loop = format == RecordFormat.X12 ? ReadLoop(top) : "",
            Text = format == RecordFormat.Text
                ? top.Choice("records", TextParts.Document, ("document", TextParts.Document), ("paragraph", TextParts.Paragraph), ("line", TextParts.Line))
                : TextParts.Document,
            Namespaces = ReadNamespaces(top),
            Comments = top.Choice("comments", XmlComments.Drop, ("drop", XmlComments.Drop), ("refuse", XmlComments.Refuse), ("keep", XmlComments.Keep)),
            Fixed = format == RecordFormat.FixedWidth ? FixedLayout.Read(top) : null,
            RecordsPlace = top.Find("records") as YamlScalar,
        };
        foreach (var (key, formats) in s_keys)
        {
            if (!formats.Contains(format) && top.Find(key) is not null) throw top.Wrong(key, $"this format has no {key}");
        }

        if ((layout.Container == Container.Zip) != (layout.Entries.Count > 0)) throw top.Wrong("entries", "an archive needs its entries named, and nothing else has them: [\"claims.csv\", \"*.txt\"]");
        if (format == RecordFormat.Eml && layout.Encoding != FileEncoding.Utf8) throw top.Wrong("encoding", "a message says itself how each part is written");
        if (layout.Container != Container.Zip && layout.Nested > 0) throw top.Wrong("nested", "only an archive has archives in it");
        if (layout.Entries.Any(entry => entry.Count(c => c == '*') > 1)) throw top.Wrong("entries", "an entry's name may have one star");
        if (format == RecordFormat.Xlsx && (layout.Container != Container.None || layout.Encoding != FileEncoding.Utf8))
            throw top.Wrong("format", "a workbook has neither container nor encoding");
        if (top.Find("records") is { } node and not YamlScalar) throw top.Wrong("records", "records must be a path");
        if (!layout.HasHeader && layout.Delimiter == 0) throw top.Wrong("header", "without a header line the delimiter has to be said");
        return layout;
    }

    /// <summary>What a field's name means in this format.</summary>
    public FieldPath PathOf(YamlScalar name) => Format switch
    {
        RecordFormat.Hl7 or RecordFormat.X12 => FieldPath.OfSegment(name),
        RecordFormat.Text => FieldPath.OfText(name),
        RecordFormat.Eml => FieldPath.OfColumn(name),
        RecordFormat.Xlsx => FieldPath.OfColumn(name),
        RecordFormat.Csv => HasHeader ? FieldPath.OfColumn(name) : FieldPath.OfColumnNumber(name),
        RecordFormat.FixedWidth => FieldPath.OfColumn(name),
        RecordFormat.Xml => FieldPath.OfXml(name, Records is not null),
        RecordFormat.Json when Records is not null => FieldPath.OfJsonDocument(name),
        _ => FieldPath.OfJson(name),
    };

    private static Dictionary<string, byte[]> ReadNamespaces(ProfileSection top)
    {
        var spaces = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        if (top.Find("namespaces") is not { } node) return spaces;
        var section = new ProfileSection(node, "namespaces");
        foreach (var (key, _) in section.Entries) spaces[key.Value] = System.Text.Encoding.UTF8.GetBytes(section.Text(key.Value));
        return spaces;
    }

    private static string ReadLoop(ProfileSection top)
    {
        var loop = top.Text("records");
        return loop.Length is 2 or 3 && loop.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
            ? loop
            : throw top.Wrong("records", "records is the segment that a record begins with: CLM, CLP, HL or ST");
    }

    private static List<string> ReadNames(ProfileSection top, string key)
    {
        if (top.Find(key) is not { } node) return [];
        if (node is not YamlList list || list.Items.Count == 0 || list.Items.Any(item => item is not YamlScalar { Value.Length: > 0 }))
            throw top.Wrong(key, $"{key} must be a list of names");
        return [.. list.Items.Select(item => ((YamlScalar)item).Value)];
    }

    private static byte ReadDelimiter(ProfileSection top)
    {
        if (top.OptionalText("delimiter") is not { } text) return 0;
        var delimiter = text switch
        {
            "comma" => ',',
            "semicolon" => ';',
            "tab" => '\t',
            "pipe" => '|',
            [var single] => single,
            _ => (char)0,
        };
        return delimiter is > '\0' and < '\x7F' and not ('"' or '\r' or '\n' or '\'' or '=' or '@') && !char.IsAsciiLetterOrDigit(delimiter)
            ? (byte)delimiter
            : throw top.Wrong("delimiter", "delimiter must be comma, semicolon, tab or pipe, or one ASCII character that is no letter, digit or quote");
    }
}
