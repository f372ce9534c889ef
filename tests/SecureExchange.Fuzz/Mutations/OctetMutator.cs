using SecureExchange.Testing;

namespace SecureExchange.Fuzz.Mutations;

/// <summary>Changes octets without knowing what they mean.</summary>
internal static class OctetMutator
{
    private static readonly byte[] s_octets = [0, 1, 2, 3, 4, 5, 6, 0x7F, 0x80, 0xBF, 0xC0, 0xDF, 0xE0, 0xFE, 0xFF];
    private static readonly uint[] s_numbers = [0, 1, 7, 8, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    /// <summary>One change: a bit, an octet, a number, a piece cut out, repeated, moved or brought in from elsewhere, the end
    /// cut off.</summary>
    /// <param name="octets">What to change.</param>
    /// <param name="draw">Decides what happens.</param>
    /// <param name="other">Where a piece may come from.</param>
    /// <param name="within">Only the first so many octets are changed.</param>
    public static byte[] Change(byte[] octets, Sequence draw, byte[] other, int within = int.MaxValue)
    {
        if (octets.Length == 0) return [.. draw.Bytes(1 + draw.Below(8))];
        var at = draw.Below(Math.Min(octets.Length, within));
        var length = Math.Min(1 + draw.Below(draw.Below(8) == 0 ? 600 : 16), octets.Length - at);
        switch (draw.Below(11))
        {
            case 0:
                return With(octets, at, (byte)(octets[at] ^ (1 << draw.Below(8))));
            case 1:
                return With(octets, at, (byte)draw.Below(256));
            case 2:
                return With(octets, at, draw.Of(s_octets));
            case 3:
                return With(octets, at, (byte)(octets[at] + draw.Of(1, -1)));
            case 4:
                return WithNumber(octets, at, draw.Of(s_numbers), draw.Of(2, 4));
            case 5:
                return [.. octets[..at], .. octets[(at + length)..]];
            case 6:
                return [.. octets[..(at + length)], .. octets[at..]];
            case 7:
                return octets[..at];
            case 8:
                return [.. octets[..at], .. Piece(other, draw), .. octets[at..]];
            case 9:
                var piece = Piece(other, draw);
                return [.. octets[..at], .. piece, .. octets[Math.Min(octets.Length, at + piece.Length)..]];
            default:
                return [.. octets[..at], .. draw.Bytes(length), .. octets[(at + length)..]];
        }
    }

    private static byte[] With(byte[] octets, int at, byte value)
    {
        var changed = octets.ToArray();
        changed[at] = value;
        return changed;
    }

    private static byte[] WithNumber(byte[] octets, int at, uint value, int size)
    {
        var changed = octets.ToArray();
        for (var i = 0; i < size && at + i < changed.Length; i++) changed[at + i] = (byte)(value >> (8 * (size - 1 - i)));
        return changed;
    }

    private static byte[] Piece(byte[] other, Sequence draw)
    {
        if (other.Length == 0) return [];
        var from = draw.Below(other.Length);
        return other[from..Math.Min(other.Length, from + 1 + draw.Below(200))];
    }
}
