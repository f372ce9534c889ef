using System.Buffers.Binary;

namespace SecureExchange.Fuzz.Mutations;

/// <summary>One packet as a mutation sees it: what it is, and how its header is to be written.</summary>
internal sealed record PacketPart(byte Type, byte[] Body, HeaderForm Form = HeaderForm.Current)
{
    /// <summary>What the header says beyond the truth.</summary>
    public long Lie { get; init; }

    /// <summary>Takes octets apart, as leniently as it can.</summary>
    /// <returns>Nothing where they aren't packets from first to last.</returns>
    public static List<PacketPart> Split(byte[] octets)
    {
        var parts = new List<PacketPart>();
        for (var at = 0; at < octets.Length;)
        {
            var start = at;
            var first = octets[at++];
            if ((first & 0x80) == 0) return [];
            var body = new List<byte>();
            HeaderForm form;
            byte type;
            if ((first & 0x40) != 0)
            {
                (type, form) = ((byte)(first & 0x3F), HeaderForm.Current);
                for (var more = true; more;)
                {
                    if (at >= octets.Length) return [];
                    int l = octets[at++];
                    more = l is >= 224 and < 255;
                    long length = l;
                    if (more) (length, form) = (1L << (l & 0x1F), HeaderForm.Partial);
                    else if (l == 255 && at + 4 <= octets.Length) (length, at) = (BinaryPrimitives.ReadUInt32BigEndian(octets.AsSpan(at)), at + 4);
                    else if (l >= 192 && at < octets.Length) length = ((l - 192) << 8) + octets[at++] + 192;
                    if (length > octets.Length - at) return [];
                    body.AddRange(octets.AsSpan(at, (int)length));
                    at += (int)length;
                }
            }
            else
            {
                type = (byte)((first >> 2) & 15);
                var size = (first & 3) switch { 0 => 1, 1 => 2, 2 => 4, _ => 0 };
                form = size == 0 ? HeaderForm.Indeterminate : HeaderForm.Legacy;
                if (at + size > octets.Length) return [];
                var length = size == 0 ? octets.Length - at : 0L;
                for (var i = 0; i < size; i++) length = (length << 8) | octets[at++];
                if (length > octets.Length - at) return [];
                body.AddRange(octets.AsSpan(at, (int)length));
                at += (int)length;
            }

            parts.Add(new PacketPart(type, [.. body], form));
            if (at == start) return [];
        }

        return parts;
    }

    public void Write(List<byte> output)
    {
        var length = Body.Length + Lie;
        switch (Form)
        {
            case HeaderForm.Legacy:
                WriteLegacy(length, output);
                break;
            case HeaderForm.Indeterminate:
                output.Add((byte)(0x83 | ((Type & 15) << 2)));
                break;
            case HeaderForm.Partial:
                output.Add((byte)(0xC0 | Type));
                WriteParts(output);
                return;
            case HeaderForm.CurrentLong:
                output.AddRange([(byte)(0xC0 | Type), 0xFF, .. BigEndian((uint)length)]);
                break;
            default:
                output.Add((byte)(0xC0 | Type));
                WriteLength(length, output);
                break;
        }

        output.AddRange(Body);
    }

    private static void WriteLength(long length, List<byte> output)
    {
        if (length is >= 0 and < 192) output.Add((byte)length);
        else if (length is >= 192 and < 8384) output.AddRange([(byte)(((length - 192) >> 8) + 192), (byte)(length - 192)]);
        else output.AddRange([0xFF, .. BigEndian((uint)length)]);
    }

    private void WriteLegacy(long length, List<byte> output)
    {
        var first = 0x80 | ((Type & 15) << 2);
        if (length is >= 0 and < 256) output.AddRange([(byte)first, (byte)length]);
        else if (length is >= 256 and < 65536) output.AddRange([(byte)(first | 1), (byte)(length >> 8), (byte)length]);
        else output.AddRange([(byte)(first | 2), .. BigEndian((uint)length)]);
    }

    /// <summary>A first part of 512 octets where there are so many, then ever smaller ones.</summary>
    private void WriteParts(List<byte> output)
    {
        var at = 0;
        for (var exponent = 9; exponent >= 0; exponent--)
        {
            if (Body.Length - at < 1 << exponent) continue;
            output.Add((byte)(0xE0 | exponent));
            output.AddRange(Body.AsSpan(at, 1 << exponent));
            at += 1 << exponent;
        }

        WriteLength(Body.Length - at + Lie, output);
        output.AddRange(Body.AsSpan(at));
    }

    private static byte[] BigEndian(uint value)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return octets;
    }
}

/// <summary>How a packet's header is written (RFC 9580 §4.2).</summary>
internal enum HeaderForm
{
    Current,
    CurrentLong,
    Partial,
    Legacy,
    Indeterminate,
}
