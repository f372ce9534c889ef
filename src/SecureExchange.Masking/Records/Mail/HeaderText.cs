using System.Buffers;
using System.Buffers.Text;
using System.Text;
using SecureExchange.Masking.Files;

namespace SecureExchange.Masking.Records.Mail;

/// <summary>The text of a header: unfolded (RFC 5322 §2.2.3), its encoded words read (RFC 2047).</summary>
internal static class HeaderText
{
    /// <summary>Bytes of text in an encoded word: 45 become 60 of base64, and a word may have 75 in all.</summary>
    private const int WordBytes = 45;

    /// <summary>The text as UTF-8; false where a word isn't written as it says, or in a character set that isn't known.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> raw, HeldBytes utf8)
    {
        var afterWord = false;
        for (var rest = raw; !rest.IsEmpty;)
        {
            var gap = rest.Length - rest.TrimStart(" \t\r\n"u8).Length;
            var next = rest[gap..];
            if (next.StartsWith("=?"u8) && TryWord(next, out var length, out var bytes))
            {
                using (bytes)
                {
                    if (bytes is null) return false;
                    // Blanks between two encoded words belong to neither.
                    if (!afterWord) WriteBlanks(rest[..gap], utf8);
                    utf8.Write(bytes.Written);
                }

                afterWord = true;
                rest = next[length..];
                continue;
            }

            WriteBlanks(rest[..gap], utf8);
            var end = next.IndexOfAny(" \t\r\n"u8);
            if (end < 0) end = next.Length;
            utf8.Write(next[..end]);
            rest = next[end..];
            afterWord = false;
        }

        return System.Text.Unicode.Utf8.IsValid(utf8.Written) && !utf8.Written.Contains((byte)0);
    }

    /// <summary>Writes a text as a header may have it: as it is where it is ASCII, else in encoded words.</summary>
    public static void Write(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> lineEnd, IBufferWriter<byte> output)
    {
        if (!utf8.ContainsAnyExceptInRange((byte)' ', (byte)'~') && utf8.IndexOf("=?"u8) < 0)
        {
            output.Write(utf8);
            return;
        }

        var isFirst = true;
        for (var rest = utf8; !rest.IsEmpty; isFirst = false)
        {
            var length = Math.Min(WordBytes, rest.Length);
            while (length < rest.Length && length > 1 && (rest[length] & 0xC0) == 0x80) length--; // Not in the middle of a character.
            if (!isFirst)
            {
                output.Write(lineEnd);
                output.Write(" "u8);
            }

            output.Write("=?utf-8?B?"u8);
            var word = new byte[Base64.GetMaxEncodedToUtf8Length(length)];
            Base64.EncodeToUtf8(rest[..length], word, out _, out var written);
            output.Write(word.AsSpan(0, written));
            output.Write("?="u8);
            rest = rest[length..];
        }
    }

    /// <summary>A fold is the blank behind its line end.</summary>
    private static void WriteBlanks(ReadOnlySpan<byte> blanks, HeldBytes utf8)
    {
        foreach (var c in blanks)
        {
            if (c is not ((byte)'\r' or (byte)'\n')) utf8.Write([c]);
        }
    }

    /// <returns>Whether it has the form of an encoded word; <paramref name="bytes"/> is null where it can't be read.</returns>
    private static bool TryWord(ReadOnlySpan<byte> text, out int length, out HeldBytes? bytes)
    {
        (length, bytes) = (0, null);
        var end = text.IndexOfAny(" \t\r\n"u8);
        var word = end < 0 ? text : text[..end];
        if (!word.EndsWith("?="u8) || word.Length < 8) return false;
        var parts = Encoding.ASCII.GetString(word[2..^2]).Split('?');
        if (parts.Length != 3 || parts[1] is not ("B" or "b" or "Q" or "q")) return false;
        length = word.Length;
        var charset = parts[0].Split('*')[0].ToLowerInvariant();
        if (!MailEncoding.TryCoding(charset, out var coding)) return true;
        using var raw = new HeldBytes();
        var body = Encoding.ASCII.GetBytes(parts[1] is "Q" or "q" ? parts[2].Replace('_', ' ') : parts[2]);
        if (parts[1] is "Q" or "q" ? !TransferEncoding.TryQuoted(body, raw) : !TransferEncoding.TryBase64(body, raw)) return true;
        var utf8 = new HeldBytes();
        if (coding is null) utf8.Write(raw.Written);
        else if (coding.Decode(raw.Written, final: true, utf8, out var fault) != raw.Length || fault >= 0) return true;
        bytes = utf8;
        return true;
    }
}
