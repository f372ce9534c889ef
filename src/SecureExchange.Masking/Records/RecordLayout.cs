using SecureExchange.Masking.Files;
using SecureExchange.Masking.Files.Encodings;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>What a profile says of how its files are written: everything beside the fields.</summary>
internal sealed class RecordLayout
{
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

    /// <summary>Where <see cref="Records"/> stands in the profile.</summary>
    public YamlScalar? RecordsPlace { get; private init; }

    public static RecordLayout Read(ProfileSection top, RecordFormat? asFormat)
    {
        var written = top.Choice("format", asFormat, RecordFormatNames.All);
        var format = asFormat ?? written;
        var isCsv = format == RecordFormat.Csv;
        var layout = new RecordLayout(format)
        {
            Container = top.Choice("container", Container.None, ("none", Container.None), ("gzip", Container.Gzip)),
            Encoding = top.Choice("encoding", FileEncoding.Utf8, ("utf-8", FileEncoding.Utf8), ("detect", FileEncoding.Detect),
                ("utf-16", FileEncoding.Utf16), ("utf-16le", FileEncoding.Utf16Le), ("utf-16be", FileEncoding.Utf16Be),
                ("windows-1252", FileEncoding.Windows1252), ("latin-1", FileEncoding.Latin1), ("shift-jis", FileEncoding.ShiftJis)),
            Delimiter = ReadDelimiter(top),
            HasHeader = top.Choice("header", true, ("present", true), ("none", false)),
            HasQuotes = top.Choice("quotes", true, ("rfc4180", true), ("none", false)),
            Records = top.Find("records") is YamlScalar path ? FieldPath.OfRecords(path) : null,
            RecordsPlace = top.Find("records") as YamlScalar,
        };
        foreach (var key in (string[])["delimiter", "header", "quotes"])
        {
            if (!isCsv && top.Find(key) is not null) throw top.Wrong(key, $"only CSV has {key}");
        }

        if (format != RecordFormat.Json && top.Find("records") is not null) throw top.Wrong("records", "only JSON has records at a path");
        if (top.Find("records") is { } node and not YamlScalar) throw top.Wrong("records", "records must be a path: [*], or batch.claims[*]");
        if (!layout.HasHeader && layout.Delimiter == 0) throw top.Wrong("header", "without a header line the delimiter has to be said");
        return layout;
    }

    /// <summary>What a field's name means in this format.</summary>
    public FieldPath PathOf(YamlScalar name) => Format switch
    {
        RecordFormat.Csv => HasHeader ? FieldPath.OfColumn(name) : FieldPath.OfColumnNumber(name),
        RecordFormat.Json when Records is not null => FieldPath.OfJsonDocument(name),
        _ => FieldPath.OfJson(name),
    };

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
