using System.Buffers;
using System.Text;
using SecureExchange.Masking.Files;
using SecureExchange.Masking.Files.Encodings;

namespace SecureExchange.Masking.Records.Mail;

/// <summary>How the text of a part is written: a transfer encoding around a character set (RFC 2045).</summary>
internal sealed class MailEncoding
{
    private readonly TransferEncoding _transfer;
    private readonly TextCoding? _coding;

    /// <summary>Says that it has no other characters.</summary>
    private readonly bool _isAscii;

    private MailEncoding(TransferEncoding transfer, TextCoding? coding, bool isAscii) => (_transfer, _coding, _isAscii) = (transfer, coding, isAscii);

    /// <summary>The encoding of a part; null where it isn't one that is known.</summary>
    /// <param name="transfer">Content-Transfer-Encoding; empty: 7bit.</param>
    /// <param name="charset">Empty: US-ASCII, and UTF-8 is taken too.</param>
    public static MailEncoding? Find(string transfer, string charset)
    {
        if (TransferEncoding.Find(transfer) is not { } found || !TryCoding(charset, out var coding)) return null;
        // RFC 2045 §6.4: only base64 takes what isn't lines of ASCII or bytes without NUL.
        if (!found.TakesBinary && charset.StartsWith("utf-16", StringComparison.Ordinal)) return null;
        return new MailEncoding(found, coding, charset is "" or "us-ascii" || found.IsSevenBit);
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

    /// <summary>Whether a character set that a part says is the one that a profile has for it.</summary>
    public static bool Agrees(string charset, FileEncoding encoding) => encoding switch
    {
        FileEncoding.Detect => true,
        FileEncoding.Utf8 => charset is "utf-8" or "us-ascii",
        FileEncoding.Latin1 => charset is "iso-8859-1" or "us-ascii",
        FileEncoding.Windows1252 => charset is "windows-1252" or "iso-8859-1" or "us-ascii",
        FileEncoding.ShiftJis => charset is "shift_jis" or "windows-31j",
        FileEncoding.Utf16 => charset is "utf-16" or "utf-16le" or "utf-16be",
        FileEncoding.Utf16Le => charset is "utf-16le" or "utf-16",
        _ => charset is "utf-16be" or "utf-16",
    };

    /// <summary>The text as UTF-8; false where it isn't written as it says.</summary>
    public bool TryDecode(ReadOnlySpan<byte> body, HeldBytes utf8)
    {
        using var bytes = new HeldBytes();
        if (!_transfer.TryDecode(body, bytes)) return false;
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
    /// <param name="isReturn">What came with more characters than it said comes back with them.</param>
    /// <param name="body">Receives the body.</param>
    public bool TryEncode(ReadOnlySpan<byte> original, ReadOnlySpan<byte> utf8, bool isReturn, IBufferWriter<byte> body)
    {
        using var bytes = new HeldBytes();
        if (_isAscii && !isReturn && !Ascii.IsValid(utf8) && Ascii.IsValid(original)) return false;
        if (_coding is null) bytes.Write(utf8);
        else if (!_coding.TryEncode(utf8, bytes)) return false;
        _transfer.Encode(original, bytes.Written, body);
        return true;
    }
}
