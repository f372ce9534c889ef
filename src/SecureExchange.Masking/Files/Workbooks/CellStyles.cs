using System.Globalization;
using System.Text;
using SecureExchange.Masking.Records.Xml;

namespace SecureExchange.Masking.Files.Workbooks;

/// <summary>The styles of a workbook: which of them show a number as a date, and the part of them that is passed on.</summary>
internal sealed class CellStyles
{
    private readonly List<bool> _areDates = [];
    private readonly Dictionary<int, bool> _formats = [];
    private readonly List<(int Start, int End)> _kept = [];

    public static string Namespace => "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    public bool IsDate(int style) => style >= 0 && style < _areDates.Count && _areDates[style];

    public void Read(ReadOnlySpan<byte> part)
    {
        var tokens = new XmlTokens(part, 0, final: true);
        var depth = 0;
        var (inCells, start) = (false, 0);
        while (tokens.Next(out var token))
        {
            if (token.OpensElement)
            {
                var name = XmlPart.LocalName(part, token);
                if (depth == 1) (start, inCells) = (token.Start, name.SequenceEqual("cellXfs"u8));
                if (name.SequenceEqual("numFmt"u8)) _formats[Number(part, token, "numFmtId"u8)] = ShowsDate(XmlPart.Text(part, token, "formatCode"u8));
                if (inCells && depth == 2 && name.SequenceEqual("xf"u8)) _areDates.Add(IsDateFormat(Number(part, token, "numFmtId"u8)));
                if (token.Kind == XmlTokenKind.Start) depth++;
                else if (depth == 1) Keep(name, start, token.End);
            }
            else if (token.Kind == XmlTokenKind.End)
            {
                depth--;
                if (depth == 1) Keep(XmlPart.LocalName(part, token), start, token.End);
            }
        }
    }

    /// <summary>Fonts, fills, borders and number formats; names of styles, themes and extensions go.</summary>
    public byte[] Write(ReadOnlySpan<byte> part)
    {
        var text = new StringBuilder();
        foreach (var (start, end) in _kept) text.Append(Encoding.UTF8.GetString(WithoutPrefixes(part[start..end])));
        return Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<styleSheet xmlns=\"{Namespace}\">{text}</styleSheet>");
    }

    private void Keep(ReadOnlySpan<byte> name, int start, int end)
    {
        if (name.SequenceEqual("numFmts"u8) || name.SequenceEqual("fonts"u8) || name.SequenceEqual("fills"u8) || name.SequenceEqual("borders"u8)
            || name.SequenceEqual("cellStyleXfs"u8) || name.SequenceEqual("cellXfs"u8)) _kept.Add((start, end));
    }

    /// <summary>Elements of the vocabulary itself, in the default namespace; anything with text, or with another meaning, goes.</summary>
    private static byte[] WithoutPrefixes(ReadOnlySpan<byte> part)
    {
        using var output = new HeldBytes();
        var tokens = new XmlTokens(part, 0, final: true);
        var skipped = 0;
        while (tokens.Next(out var token))
        {
            if (token.Kind is not (XmlTokenKind.Start or XmlTokenKind.Empty or XmlTokenKind.End)) continue;
            var name = XmlPart.LocalName(part, token);
            if (skipped > 0 || name.SequenceEqual("extLst"u8))
            {
                if (token.Kind == XmlTokenKind.Start) skipped++;
                else if (token.Kind == XmlTokenKind.End) skipped--;
                continue;
            }

            Add(output, token.Kind == XmlTokenKind.End ? "</"u8 : "<"u8);
            Add(output, name);
            if (token.Kind != XmlTokenKind.End)
            {
                var attributes = new XmlAttributes(part, token.NameEnd, token.End - 1);
                while (attributes.Next())
                {
                    if (attributes.Name.Contains((byte)':') || attributes.Name.SequenceEqual("xmlns"u8)) continue;
                    Add(output, part[attributes.Start..(attributes.ValueEnd + 1)]);
                }
            }

            Add(output, token.Kind == XmlTokenKind.Empty ? "/>"u8 : ">"u8);
        }

        return output.Written.ToArray();
    }

    private static void Add(HeldBytes output, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }

    private static int Number(ReadOnlySpan<byte> part, XmlToken token, ReadOnlySpan<byte> attribute) =>
        int.TryParse(XmlPart.Attribute(part, token, attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private bool IsDateFormat(int format) =>
        format is (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58) || _formats.GetValueOrDefault(format);

    /// <summary>Whether a format code has parts of a date, quoted text and brackets left out.</summary>
    private static bool ShowsDate(string code)
    {
        var (inQuotes, inBrackets) = (false, false);
        for (var i = 0; i < code.Length; i++)
        {
            var c = code[i];
            if (c == '"') inQuotes = !inQuotes;
            else if (inQuotes) continue;
            else if (c == '\\') i++;
            else if (c == '[') inBrackets = true;
            else if (c == ']') inBrackets = false;
            else if (!inBrackets && c is 'd' or 'm' or 'y' or 'D' or 'M' or 'Y') return true;
            else if (c == ';') return false;
        }

        return false;
    }
}
