using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using SecureExchange.Masking.Files;

namespace SecureExchange.Masking.Records.Mail;

/// <summary>How the bytes of a part are written (RFC 2045 §6).</summary>
internal sealed class TransferEncoding
{
    private const int QuotedLine = 76;

    private readonly Kind _kind;

    private enum Kind
    {
        SevenBit,
        Plain,
        Base64,
        Quoted,
    }

    private TransferEncoding(Kind kind) => _kind = kind;

    /// <summary>Whether it takes any bytes: the others take lines of text.</summary>
    public bool TakesBinary => _kind == Kind.Base64;

    /// <summary>Whether it has ASCII alone.</summary>
    public bool IsSevenBit => _kind == Kind.SevenBit;

    /// <summary>The encoding of a part; null where it isn't one that is known.</summary>
    /// <param name="name">Content-Transfer-Encoding; empty: 7bit.</param>
    public static TransferEncoding? Find(string name) => name switch
    {
        "" or "7bit" => new TransferEncoding(Kind.SevenBit),
        "8bit" or "binary" => new TransferEncoding(Kind.Plain),
        "base64" => new TransferEncoding(Kind.Base64),
        "quoted-printable" => new TransferEncoding(Kind.Quoted),
        _ => null,
    };

    /// <summary>The bytes; false where they aren't written as it says.</summary>
    public bool TryDecode(ReadOnlySpan<byte> body, HeldBytes bytes)
    {
        if (_kind == Kind.Base64) return TryBase64(body, bytes);
        if (_kind == Kind.Quoted) return TryQuoted(body, bytes);
        bytes.Write(body);
        return true;
    }

    /// <summary>Whether bytes have something that it doesn't have, and that what stood there had not either.</summary>
    public bool Lacks(ReadOnlySpan<byte> original, ReadOnlySpan<byte> bytes) => IsSevenBit && !Ascii.IsValid(bytes) && Ascii.IsValid(original);

    /// <summary>Writes bytes in the place of others.</summary>
    /// <param name="original">What stood there, for its lines.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="body">Receives the body.</param>
    public void Encode(ReadOnlySpan<byte> original, ReadOnlySpan<byte> bytes, IBufferWriter<byte> body)
    {
        if (_kind == Kind.Base64) WriteBase64(original, bytes, body);
        else if (_kind == Kind.Quoted) WriteQuoted(original, bytes, body);
        else body.Write(bytes);
    }

    /// <summary>Whether a body is written as these bytes will be when they come back.</summary>
    public bool IsUsual(ReadOnlySpan<byte> body, ReadOnlySpan<byte> bytes)
    {
        using var again = new HeldBytes();
        Encode(body, bytes, again);
        return again.Written.SequenceEqual(body);
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
