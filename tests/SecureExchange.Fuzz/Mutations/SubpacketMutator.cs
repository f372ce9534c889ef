using SecureExchange.Testing;

namespace SecureExchange.Fuzz.Mutations;

/// <summary>Changes the subpackets of a version 4 or 6 signature, and writes its lengths anew.</summary>
internal static class SubpacketMutator
{
    private const int Fixed = 4; // Version, type, algorithms.

    private static readonly byte[] s_types =
        [0, 2, 3, 4, 5, 6, 7, 9, 11, 12, 16, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 39, 40, 60, 100, 127];

    public static byte[] Change(byte[] signature, Sequence draw, byte[] other)
    {
        if (signature is not [4 or 6, ..]) return OctetMutator.Change(signature, draw, other);
        var wide = signature[0] == 6 ? 4 : 2;
        if (!TryArea(signature, Fixed, wide, out var hashed, out var behind)
            || !TryArea(signature, behind, wide, out var unhashed, out behind))
            return OctetMutator.Change(signature, draw, other);

        var area = draw.Below(3) == 0 ? unhashed : hashed;
        var at = area.Count == 0 ? 0 : draw.Below(area.Count);
        switch (draw.Below(9))
        {
            case 0 when area.Count > 0:
                area.RemoveAt(at);
                break;
            case 1 when area.Count > 0:
                area.Insert(at, area[at]);
                break;
            case 2 when area.Count > 0:
                (area == hashed ? unhashed : hashed).Add(area[at]);
                area.RemoveAt(at);
                break;
            case 3 when area.Count > 0:
                area[at] = [(byte)(area[at][0] ^ 0x80), .. area[at][1..]];
                break;
            case 4 when area.Count > 0:
                area[at] = [draw.Of(s_types), .. area[at][1..]];
                break;
            case 5 or 6 when area.Count > 0:
                area[at] = OctetMutator.Change(area[at], draw, other);
                break;
            case 7: // A signature within a signature (RFC 9580 §5.2.3.34).
                area.Insert(at, [32, .. signature]);
                break;
            default:
                area.Insert(at, [draw.Of(s_types), .. draw.Bytes(draw.Of(0, 1, 4, 8, 21, 33, 200))]);
                break;
        }

        return [.. signature[..Fixed], .. Area(hashed, wide), .. Area(unhashed, wide), .. signature[behind..]];
    }

    private static bool TryArea(byte[] octets, int at, int wide, out List<byte[]> subpackets, out int end)
    {
        (subpackets, end) = ([], at + wide);
        if (end > octets.Length) return false;
        var length = 0L;
        for (var i = 0; i < wide; i++) length = (length << 8) | octets[at + i];
        if (length > octets.Length - end) return false;
        var start = end;
        end += (int)length;
        while (start < end)
        {
            int first = octets[start++];
            var size = first;
            if (first >= 192)
            {
                if (first == 255 || start >= end) return false;
                size = ((first - 192) << 8) + octets[start++] + 192;
            }

            if (size == 0 || size > end - start) return false;
            subpackets.Add(octets[start..(start + size)]);
            start += size;
        }

        return true;
    }

    private static List<byte> Area(List<byte[]> subpackets, int wide)
    {
        var area = new List<byte>();
        foreach (var subpacket in subpackets)
        {
            var length = subpacket.Length;
            if (length < 192) area.Add((byte)length);
            else area.AddRange([(byte)(((length - 192) >> 8) + 192), (byte)(length - 192)]);
            area.AddRange(subpacket);
        }

        for (var i = 0; i < wide; i++) area.Insert(i, (byte)((area.Count - i) >> (8 * (wide - 1 - i))));
        return area;
    }
}
