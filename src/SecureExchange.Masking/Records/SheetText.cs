using System.Globalization;
using SecureExchange.Masking.Files.Workbooks;
using SecureExchange.Masking.Records.Xml;

namespace SecureExchange.Masking.Records;

/// <summary>How cells of a sheet are written.</summary>
internal static class SheetText
{
    private const int MaxColumn = 16384;

    /// <summary>The column of a reference such as C7, or the one behind the last where there is none.</summary>
    public static int ColumnOf(ReadOnlySpan<byte> reference, int last)
    {
        var column = 0;
        foreach (var b in reference)
        {
            if (b is >= (byte)'0' and <= (byte)'9') break;
            if (b is < (byte)'A' or > (byte)'Z' || column > MaxColumn) throw WorkbookParts.NotOne("a cell with a reference that is none");
            column = (26 * column) + b - 'A' + 1;
        }

        if (reference.IsEmpty) column = last + 1;
        return column > last && column <= MaxColumn ? column : throw WorkbookParts.NotOne("cells out of order");
    }

    public static void WriteStart(ref SpanWriter writer, int row, int column, int style)
    {
        writer.Write("<c r=\""u8);
        Span<byte> letters = stackalloc byte[3];
        var at = letters.Length;
        for (; column > 0; column = (column - 1) / 26) letters[--at] = (byte)('A' + ((column - 1) % 26));
        writer.Write(letters[at..]);
        WriteInteger(ref writer, row);
        if (style >= 0)
        {
            writer.Write("\" s=\""u8);
            WriteInteger(ref writer, style);
        }

        writer.Write((byte)'"');
    }

    public static void WriteNumber(ref SpanWriter writer, ReadOnlySpan<byte> number)
    {
        writer.Write("><v>"u8);
        writer.Write(number);
        writer.Write("</v></c>"u8);
    }

    public static void WriteTyped(ref SpanWriter writer, ReadOnlySpan<byte> type, ReadOnlySpan<byte> value)
    {
        writer.Write(" t=\""u8);
        writer.Write(type);
        writer.Write("\"><v>"u8);
        XmlText.Write(ref writer, value, inAttribute: false);
        writer.Write("</v></c>"u8);
    }

    public static void WriteText(ref SpanWriter writer, ReadOnlySpan<byte> text)
    {
        writer.Write(" t=\"inlineStr\"><is><t xml:space=\"preserve\">"u8);
        XmlText.Write(ref writer, text, inAttribute: false);
        writer.Write("</t></is></c>"u8);
    }

    public static void WriteInteger(ref SpanWriter writer, int number)
    {
        Span<byte> digits = stackalloc byte[11];
        number.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        writer.Write(digits[..length]);
    }
}
