using System.Buffers.Text;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts a keyed hash in the place of a value: equal values of a field stay equal, and nobody without the agreement's key
/// can try values out. It doesn't turn back.</summary>
/// <remarks>Who has the key, and only who has it, can still find a value by trying all there are: to be rid of a value for good,
/// redact it. A card number must not be given truncated beside its hash: the truncated one leaves few to try.</remarks>
internal sealed class Hash : Transform
{
    private const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";

    private readonly HmacSha256? _hmac;
    private readonly AesCmac? _cmac;
    private readonly Encoding _encoding;
    private readonly int _size;

    private Hash(MaskingKeys keys, FieldName field, bool cmac, Encoding encoding, int size)
    {
        // A key for each field: equal values of two fields look different.
        Span<byte> key = stackalloc byte[HmacSha256.TagSize];
        using (var derive = new HmacSha256(keys.Hash)) derive.Compute(cmac ? [.. "aes-cmac\0"u8, .. field.Canonical] : field.Canonical, key);
        if (cmac) _cmac = new AesCmac(key);
        else _hmac = new HmacSha256(key);
        CryptographicOperations.ZeroMemory(key);
        _encoding = encoding;
        _size = size;
    }

    private enum Encoding
    {
        Hex,
        UpperHex,
        Base64Url,
        Base32,
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var cmac = options.Section.Choice("algorithm", false, ("hmac-sha-256", false), ("aes-cmac", true));
        var encoding = options.Section.Choice(
            "encoding", Encoding.Hex, ("hex", Encoding.Hex), ("HEX", Encoding.UpperHex), ("base64url", Encoding.Base64Url), ("base32", Encoding.Base32));
        var size = (int)options.Section.Number("bytes", 16, cmac ? AesCmac.TagSize : 32, otherwise: cmac ? AesCmac.TagSize : 32);
        return new TransformRule((keys, field) => new Hash(keys, field, cmac, encoding, size)) { IsKeyed = true, TellsRowsApart = true };
    }

    protected override void ZeroKeys()
    {
        _hmac?.Dispose();
        _cmac?.Dispose();
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        Span<byte> tag = stackalloc byte[HmacSha256.TagSize];
        _hmac?.Compute(cells[i], tag);
        _cmac?.Compute(cells[i], tag);
        tag = tag[.._size];
        var output = masked.Reserve(2 * HmacSha256.TagSize);
        int length;
        switch (_encoding)
        {
            case Encoding.Hex:
                Convert.TryToHexStringLower(tag, output, out length);
                break;
            case Encoding.UpperHex:
                Convert.TryToHexString(tag, output, out length);
                break;
            case Encoding.Base32:
                length = WriteBase32(tag, output);
                break;
            default:
                "h_"u8.CopyTo(output); // Base64url may start with a minus, and a spreadsheet would take that for a formula.
                length = 2 + Base64Url.EncodeToUtf8(tag, output[2..]);
                break;
        }

        masked.AddReserved(length, cells.Row(i));
    }

    /// <summary>RFC 4648 §6 in lower case, without padding.</summary>
    private static int WriteBase32(ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        var (length, bits, held) = (0, 0, 0);
        foreach (var b in bytes)
        {
            held = (held << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5) output[length++] = (byte)Base32[(held >> (bits - 5)) & 31];
            held &= (1 << bits) - 1;
        }

        if (bits > 0) output[length++] = (byte)Base32[(held << (5 - bits)) & 31];
        return length;
    }
}
