using System.Buffers.Text;
using System.Security.Cryptography;
using SecureExchange.Cryptography;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts a keyed hash (HMAC-SHA-256) in the place of a value: equal values of a field stay equal, and nobody
/// without the agreement's key can try values out. It doesn't turn back.</summary>
internal sealed class Hash : Transform
{
    private readonly HmacSha256 _hmac;
    private readonly bool _base64;
    private readonly int _size;

    private Hash(MaskingKeys keys, FieldName field, bool base64, int size)
    {
        // A key for each field: equal values of two fields look different.
        Span<byte> key = stackalloc byte[HmacSha256.TagSize];
        using var derive = new HmacSha256(keys.Hash);
        derive.Compute(field.Canonical, key);
        _hmac = new HmacSha256(key);
        CryptographicOperations.ZeroMemory(key);
        _base64 = base64;
        _size = size;
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var base64 = options.Section.Choice("encoding", false, ("hex", false), ("base64url", true));
        var size = (int)options.Section.Number("bytes", 16, 32, otherwise: 32);
        return new TransformRule((keys, field) => new Hash(keys, field, base64, size)) { IsKeyed = true, TellsRowsApart = true };
    }

    protected override void ZeroKeys() => _hmac.Dispose();

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        Span<byte> tag = stackalloc byte[HmacSha256.TagSize];
        _hmac.Compute(cells[i], tag);
        var output = masked.Reserve(2 * HmacSha256.TagSize);
        int length;
        if (_base64)
        {
            "h_"u8.CopyTo(output); // Base64url may start with a minus, and a spreadsheet would take that for a formula.
            length = 2 + Base64Url.EncodeToUtf8(tag[.._size], output[2..]);
        }
        else
        {
            Convert.TryToHexStringLower(tag[.._size], output, out length);
        }

        masked.AddReserved(length, cells.Row(i));
    }
}
