using System.Buffers;
using System.Text;

namespace SecureExchange.Masking.Files.Encodings;

/// <summary>Shift-JIS as Windows writes it (code page 932).</summary>
/// <remarks>The code page has several hundred characters twice (NEC and IBM extensions): of those only the spelling that comes
/// back is taken.</remarks>
internal sealed class ShiftJisCoding() : TextCoding("shift-jis")
{
    private const int Step = 1 << 14;

    private static readonly Encoding s_codePage = CodePagesEncodingProvider.Instance.GetEncoding(
        932, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;

    private readonly char[] _chars = new char[Step];
    private readonly byte[] _bytes = new byte[2 * Step];

    public override int Decode(ReadOnlySpan<byte> bytes, bool final, IBufferWriter<byte> utf8, out int fault)
    {
        var at = 0;
        fault = -1;
        while (at < bytes.Length)
        {
            var length = WholeCharacters(bytes[at..]);
            if (length == 0) break;
            if (!TryDecode(bytes.Slice(at, length), utf8))
            {
                // Once more, one by one, to say where.
                while (TryDecode(bytes.Slice(at, CharacterLength(bytes[at])), utf8)) at += CharacterLength(bytes[at]);
                fault = at;
                return at;
            }

            at += length;
        }

        if (final && at < bytes.Length) fault = at;
        return at;
    }

    public override bool TryEncode(ReadOnlySpan<byte> utf8, IBufferWriter<byte> bytes)
    {
        while (!utf8.IsEmpty)
        {
            var status = System.Text.Unicode.Utf8.ToUtf16(utf8, _chars, out var read, out var written, replaceInvalidSequences: false);
            if (status is OperationStatus.InvalidData or OperationStatus.NeedMoreData || read == 0) return false;
            try
            {
                bytes.Write(_bytes.AsSpan(0, s_codePage.GetBytes(_chars.AsSpan(0, written), _bytes)));
            }
            catch (EncoderFallbackException)
            {
                return false; // Its message names the character.
            }

            utf8 = utf8[read..];
        }

        return true;
    }

    private static int CharacterLength(byte lead) => lead is (>= 0x81 and <= 0x9F) or (>= 0xE0 and <= 0xFC) ? 2 : 1;

    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && at < Step - 1)
        {
            var length = CharacterLength(bytes[at]);
            if (at + length > bytes.Length) break;
            at += length;
        }

        return at;
    }

    private bool TryDecode(ReadOnlySpan<byte> bytes, IBufferWriter<byte> utf8)
    {
        // Bytes that the standard leaves free, and Windows maps to controls and to characters for private use.
        if (bytes.Length == 1 && bytes[0] is 0x80 or 0xA0 or >= 0xFD) return false;
        try
        {
            var chars = _chars.AsSpan(0, s_codePage.GetChars(bytes, _chars));
            if (chars.IndexOfAnyInRange('\u0080', '\u00A0') >= 0 || chars.IndexOfAnyInRange('\uF8F0', '\uF8F3') >= 0) return false;
            if (!_bytes.AsSpan(0, s_codePage.GetBytes(chars, _bytes)).SequenceEqual(bytes)) return false;
            utf8.Advance(Encoding.UTF8.GetBytes(chars, utf8.GetSpan(3 * chars.Length)));
            return true;
        }
        catch (Exception e) when (e is DecoderFallbackException or EncoderFallbackException)
        {
            return false;
        }
    }
}
