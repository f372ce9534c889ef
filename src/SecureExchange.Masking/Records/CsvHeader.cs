using System.Globalization;
using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Records;

/// <summary>What a CSV file's first line says, put next to the profile.</summary>
internal sealed class CsvHeader
{
    private CsvHeader(byte delimiter, CsvScanner scanner, string[] names, int[] rules, bool hasNames)
    {
        Delimiter = delimiter;
        Scanner = scanner;
        Names = names;
        Rules = rules;
        Length = hasNames ? scanner.Consumed : 0;
        HasNames = hasNames;
    }

    public byte Delimiter { get; }

    /// <summary>Holds the header's cells until the next scan.</summary>
    public CsvScanner Scanner { get; }

    public string[] Names { get; }

    /// <summary>For each column the index of its rule, or one of the constants of <see cref="FieldNames"/>.</summary>
    public int[] Rules { get; }

    /// <summary>Bytes of the line, its end included; 0 where the first line is a record already.</summary>
    public int Length { get; }

    /// <summary>Reads the header, with the declared delimiter, or with the one that finds most of the profile's fields.</summary>
    /// <remarks><c>data</c> starts behind the byte order mark; a delimiter of 0 lets the header tell,
    /// the profile's own among others. Null while the line
    /// isn't whole.</remarks>
    public static CsvHeader? Read(
        ReadOnlySpan<byte> data, bool final, MaskingProfile profile, MaskingLimits limits, byte delimiter)
    {
        CsvHeader? best = null;
        (RecordError Error, string What)? fault = null;
        var declared = profile.Layout.Delimiter;
        foreach (var candidate in delimiter == 0 ? [declared == 0 ? (byte)',' : declared, .. ",;\t"u8] : (ReadOnlySpan<byte>)[delimiter])
        {
            var scanner = new CsvScanner(candidate, profile.Layout.HasQuotes, limits.MaxRecord);
            scanner.Scan(data, 0, final, limits.MaxColumns);
            if (scanner.Rows == 0 && scanner.Fault is null && !final) return null; // The line isn't whole yet.
            fault ??= scanner.Fault;
            if (scanner.Rows == 0) continue;
            var header = Of(candidate, scanner, data, profile);
            if (best is null || header.Known > best.Known) best = header;
        }

        if (fault is { } f && (best is null || best.Known == 0)) throw Bad(f.Error, null, f.What);
        if (best is null) return null;
        if (best.Known == 0)
            throw Bad(RecordError.HeaderNotRecognised, null,
                "the first line has none of the profile's fields; is it another file, or one without a header line?");
        best.RefuseDuplicates();
        return best;
    }

    /// <summary>A column in words that don't repeat what may be data: its name where that is a plain one.</summary>
    public string Describe(int column)
    {
        var name = Names[column];
        return HasNames && name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or ' ' or '.')
            ? name
            : $"column {column + 1}";
    }

    /// <summary>A name that more than one pattern of the profile fits.</summary>
    public static RecordException Ambiguous(string column) =>
        Bad(RecordError.AmbiguousField, column, $"two patterns of the profile fit {column}; list it by its name among the fields");

    public static RecordException Bad(RecordError error, string? field, string what) => new(error, 0, field, "header: " + what);

    private bool HasNames { get; }

    private int Known => Rules.Count(rule => rule >= 0);

    private static CsvHeader Of(byte delimiter, CsvScanner scanner, ReadOnlySpan<byte> data, MaskingProfile profile)
    {
        var names = new string[scanner.Columns];
        var rules = new int[names.Length];
        var hasNames = profile.Layout.HasHeader;
        byte[] scratch = [];
        for (var i = 0; i < names.Length; i++)
        {
            var cell = data[scanner.Start(0, i)..scanner.End(0, i)];
            names[i] = !hasNames ? (i + 1).ToString(CultureInfo.InvariantCulture)
                : Encoding.UTF8.GetString(profile.Layout.HasQuotes ? CsvScanner.Content(cell, ref scratch) : cell);
            rules[i] = profile.Trees.Names!.Find(names[i]);
        }

        return new CsvHeader(delimiter, scanner, names, rules, hasNames);
    }

    private void RefuseDuplicates()
    {
        // Which of two columns a reader takes for the field is up to the reader.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < Names.Length; i++)
        {
            if (!seen.Add(Names[i])) throw Bad(RecordError.DuplicateColumn, Describe(i), $"column {i + 1} has the name of another one; rename one");
        }
    }
}
