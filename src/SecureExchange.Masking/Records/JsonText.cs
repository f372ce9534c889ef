using System.Buffers;

namespace SecureExchange.Masking.Records;

/// <summary>JSON strings in the spelling that we write: only what must be escaped is, in the shortest form.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    private static readonly SearchValues<byte> s_specialOrSlash = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\', (byte)'/']);

    /// <summary>Writes the inside of a JSON string.</summary>
    public static void Write(ref SpanWriter writer, ReadOnlySpan<byte> text, bool escapeSlashes)
    {
        var special = escapeSlashes ? s_specialOrSlash : s_special;
        for (int at; (at = text.IndexOfAny(special)) >= 0; text = text[(at + 1)..])
        {
            writer.Write(text[..at]);
            WriteEscape(ref writer, text[at]);
        }

        writer.Write(text);
    }

    /// <summary>Whether a raw string is exactly what <see cref="Write"/> makes of its text.</summary>
    public static bool IsOurs(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> text, bool escapeSlashes)
    {
        var output = new ArrayBufferWriter<byte>(raw.Length + 16);
        var writer = new SpanWriter(output);
        Write(ref writer, text, escapeSlashes);
        writer.Flush();
        return raw.SequenceEqual(output.WrittenSpan);
    }

    private static void WriteEscape(ref SpanWriter writer, byte b)
    {
        var escape = b switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'/' => "\\/"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            _ => default,
        };
        if (!escape.IsEmpty)
        {
            writer.Write(escape);
            return;
        }

        writer.Write("\\u00"u8);
        writer.Write("0123456789abcdef"u8[b >> 4]);
        writer.Write("0123456789abcdef"u8[b & 15]);
    }
}
