using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Files.Encodings;

namespace SecureExchange.Masking.Records.Mail;

/// <summary>How the text of a part is written: a transfer encoding around a character set (RFC 2045).</summary>
internal sealed class MailEncoding
{
    private const int QuotedLine = 76;

    private readonly Transfer _transfer;
    private readonly TextCoding? _coding;

    /// <summary>Says that it has no other characters; what came with some all the same comes back with them.</summary>
    private readonly bool _isAscii;

    private enum Transfer
    {
        Plain,
        Base64,
        Quoted,
    }

    private MailEncoding(Transfer transfer, TextCoding? coding, bool isAscii) => (_transfer, _coding, _isAscii) = (transfer, coding, isAscii);

    /// <summary>The encoding of a part; null where it isn't one that is known.</summary>
    /// <param name="transfer">Content-Transfer-Encoding; empty: 7bit.</param>
    /// <param name="charset">Empty: US-ASCII, and UTF-8 is taken too.</param>
    public static MailEncoding? Find(string transfer, string charset)
    {
        Transfer? known = transfer switch
        {
            "" or "7bit" or "8bit" or "binary" => Transfer.Plain,
            "base64" => Transfer.Base64,
            "quoted-printable" => Transfer.Quoted,
            _ => null,
        };
        if (known is not { } found || !TryCoding(charset, out var coding)) return null;
        // RFC 2045 §6.4: only base64 takes what isn't lines of ASCII or bytes without NUL.
        if (found != Transfer.Base64 && charset.StartsWith("utf-16", StringComparison.Ordinal)) return null;
        return new MailEncoding(found, coding, charset is "" or "us-ascii" || (found == Transfer.Plain && transfer is ("" or "7bit")));
    }

    /// <summary>The character set of an encoded word or a part.</summary>
    public static bool TryCoding(string charset, out TextCoding? coding)
    {
        coding = charset switch
        {
            "" or "us-ascii" or "utf-8" => null,
            "iso-8859-1" => TextCoding.Create(FileEncoding.Latin1),
            "windows-1252" => TextCoding.Create(FileEncoding.Windows1252),
            "shift_jis" or "windows-31j" => TextCoding.Create(FileEncoding.ShiftJis),
            "utf-16le" => TextCoding.Create(FileEncoding.Utf16Le),
            "utf-16be" => TextCoding.Create(FileEncoding.Utf16Be),
            _ => null,
        };
        return coding is not null || charset is "" or "us-ascii" or "utf-8";
    }

    /// <summary>The text as UTF-8; false where it isn't written as it says.</summary>
    public bool TryDecode(ReadOnlySpan<byte> body, HeldBytes utf8)
    {
        using var bytes = new HeldBytes();
        switch (_transfer)
        {
            case Transfer.Base64 when !TryBase64(body, bytes):
            case Transfer.Quoted when !TryQuoted(body, bytes):
                return false;
            case Transfer.Plain:
                bytes.Write(body);
                break;
        }

        if (_coding is null)
        {
            utf8.Write(bytes.Written);
            return System.Text.Unicode.Utf8.IsValid(bytes.Written) && !bytes.Written.Contains((byte)0);
        }

        return _coding.Decode(bytes.Written, final: true, utf8, out var fault) == bytes.Length && fault < 0;
    }

    /// <summary>Writes a text in the place of another; false where the character set lacks one of its characters.</summary>
    /// <param name="original">What stood there, for its lines.</param>
    /// <param name="utf8">The text.</param>
    /// <param name="body">Receives the body.</param>
    public bool TryEncode(ReadOnlySpan<byte> original, ReadOnlySpan<byte> utf8, IBufferWriter<byte> body)
    {
        using var bytes = new HeldBytes();
        if (_isAscii && !Ascii.IsValid(utf8) && Ascii.IsValid(original)) return false;
        if (_coding is null) bytes.Write(utf8);
        else if (!_coding.TryEncode(utf8, bytes)) return false;
        switch (_transfer)
        {
            case Transfer.Base64:
                WriteBase64(original, bytes.Written, body);
                break;
            case Transfer.Quoted:
                WriteQuoted(original, bytes.Written, body);
                break;
            default:
                body.Write(bytes.Written);
                break;
        }

        return true;
    }

    public static bool TryBase64(ReadOnlySpan<byte> text, HeldBytes bytes)
    {
        var room = bytes.GetSpan(Base64.GetMaxDecodedFromUtf8Length(text.Length) + 4);
        if (Base64.DecodeFromUtf8(text, room, out var used, out var length) != OperationStatus.Done || used != text.Length) return false;
        bytes.Advance(length);
        return true;
    }

    public static bool TryQuoted(ReadOnlySpan<byte> text, HeldBytes bytes)
    {
        while (!text.IsEmpty)
        {
            var next = text.IndexOf((byte)'=');
            bytes.Write(next < 0 ? text : text[..next]);
            if (next < 0) return true;
            text = text[(next + 1)..];
            if (text.StartsWith("\r\n"u8)) text = text[2..];
            else if (text.StartsWith("\n"u8)) text = text[1..];
            else if (text.Length >= 2 && byte.TryParse(text[..2], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                bytes.Write([value]);
                text = text[2..];
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySpan<byte> LineEnd(ReadOnlySpan<byte> original) =>
        original.IndexOf((byte)'\n') is var at && at > 0 && original[at - 1] == '\r' ? "\r\n"u8 : at == 0 || at > 0 ? "\n"u8 : "\r\n"u8;

    /// <summary>In lines as long as the original's, and with a line end behind the last one if that had one.</summary>
    private static void WriteBase64(ReadOnlySpan<byte> original, ReadOnlySpan<byte> bytes, IBufferWriter<byte> body)
    {
        var end = LineEnd(original);
        var first = original.IndexOfAny((byte)'\r', (byte)'\n');
        var width = first is >= 4 and <= 76 ? first / 4 * 4 : 76;
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
        Base64.EncodeToUtf8(bytes, text, out _, out var length);
        for (var at = 0; at < length; at += width)
        {
            body.Write(text.AsSpan(at, Math.Min(width, length - at)));
            if (at + width < length) body.Write(end);
        }

        body.Write(original[original.TrimEnd("\r\n"u8).Length..]);
    }

    private static void WriteQuoted(ReadOnlySpan<byte> original, ReadOnlySpan<byte> bytes, IBufferWriter<byte> body)
    {
        var end = LineEnd(original);
        var column = 0;
        Span<byte> hex = stackalloc byte[3];
        for (var i = 0; i < bytes.Length; i++)
        {
            var c = bytes[i];
            var breaks = c == '\n' ? 1 : bytes[i..].StartsWith("\r\n"u8) ? 2 : 0;
            if (breaks > 0)
            {
                body.Write(bytes.Slice(i, breaks));
                (column, i) = (0, i + breaks - 1);
                continue;
            }

            var isLast = i + 1 == bytes.Length || bytes[i + 1] is (byte)'\r' or (byte)'\n';
            var plain = c is > 32 and < 127 and not (byte)'=' || (c is (byte)' ' or (byte)'\t' && !isLast);
            var size = plain ? 1 : 3;
            if (column + size > (isLast ? QuotedLine : QuotedLine - 1))
            {
                body.Write("="u8);
                body.Write(end);
                column = 0;
            }

            if (plain)
            {
                body.Write([c]);
            }
            else
            {
                hex[0] = (byte)'=';
                c.TryFormat(hex[1..], out _, "X2", CultureInfo.InvariantCulture);
                body.Write(hex);
            }

            column += size;
        }
    }
}
