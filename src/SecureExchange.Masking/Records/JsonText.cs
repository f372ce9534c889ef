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
        var special = escapeSlashes ? s_specialOrSlash : s_special;
        Span<byte> escape = stackalloc byte[6];
        for (int at; (at = text.IndexOfAny(special)) >= 0; text = text[(at + 1)..])
        {
            if (!raw.StartsWith(text[..at])) return false;
            var length = Escape(text[at], escape);
            if (!raw[at..].StartsWith(escape[..length])) return false;
            raw = raw[(at + length)..];
        }

        return raw.SequenceEqual(text);
    }

    private static void WriteEscape(ref SpanWriter writer, byte b)
    {
        Span<byte> escape = stackalloc byte[6];
        writer.Write(escape[..Escape(b, escape)]);
    }

    /// <returns>Bytes of the escape.</returns>
    private static int Escape(byte b, Span<byte> escape)
    {
        var letter = b switch
        {
            (byte)'"' or (byte)'\\' or (byte)'/' => b,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            _ => (byte)0,
        };
        escape[0] = (byte)'\\';
        escape[1] = letter;
        if (letter != 0) return 2;
        "u00"u8.CopyTo(escape[1..]);
        escape[4] = "0123456789abcdef"u8[b >> 4];
        escape[5] = "0123456789abcdef"u8[b & 15];
        return 6;
    }
}
