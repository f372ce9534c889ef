using System.Buffers.Binary;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>The start of a packet (RFC 9580 §4.2): its type and the first statement of its length.</summary>
internal readonly record struct PacketHeader(PacketType Type, LengthKind Kind, long Length, int Size)
{
    /// <summary>The longest header: type, 0xFF, four octets.</summary>
    public const int MaxSize = 6;

    /// <summary>Reads a header from the octets at hand.</summary>
    /// <param name="octets">At least <see cref="MaxSize"/>, fewer only where the input ends.</param>
    /// <param name="offset">Where they stand, for error messages.</param>
    public static PacketHeader Read(ReadOnlySpan<byte> octets, long offset)
    {
        var cursor = new OctetCursor(octets, "packet header", offset);
        var first = cursor.Octet();
        if ((first & 0x80) == 0) Throw.Malformed("no packet starts here", offset);
        if ((first & 0x40) != 0)
        {
            var length = BodyLength.Read(octets[1..], offset + 1);
            return new PacketHeader((PacketType)(first & 0x3F), length.Kind, length.Length, 1 + length.Size);
        }

        // The legacy format (§4.2.2), which GnuPG still writes for session keys, signatures and compressed data.
        var type = (PacketType)((first >> 2) & 0x0F);
        return (first & 3) switch
        {
            0 => new PacketHeader(type, LengthKind.Definite, cursor.Octet(), 2),
            1 => new PacketHeader(type, LengthKind.Definite, cursor.UInt16(), 3),
            2 => new PacketHeader(type, LengthKind.Definite, cursor.UInt32(), 5),
            _ => new PacketHeader(type, LengthKind.Indeterminate, 0, 1),
        };
    }
}

/// <summary>How a length is to be read.</summary>
internal enum LengthKind
{
    /// <summary>So many octets.</summary>
    Definite,

    /// <summary>So many octets, then another length.</summary>
    Partial,

    /// <summary>To the end of the input: legacy format only.</summary>
    Indeterminate,
}

/// <summary>A body length of the current format (RFC 9580 §4.2.1).</summary>
internal readonly record struct BodyLength(LengthKind Kind, long Length, int Size)
{
    /// <summary>The longest length: 0xFF and four octets.</summary>
    public const int MaxSize = 5;

    public static BodyLength Read(ReadOnlySpan<byte> octets, long offset)
    {
        if (octets.IsEmpty) throw Throw.Error(PgpError.Truncated, "the data ends inside a packet's length", offset);
        var first = octets[0];
        var size = first switch { < 192 => 1, < 224 => 2, < 255 => 1, _ => 5 };
        if (octets.Length < size)
            throw Throw.Error(PgpError.Truncated, "the data ends inside a packet's length", offset);
        return first switch
        {
            < 192 => new BodyLength(LengthKind.Definite, first, size),
            < 224 => new BodyLength(LengthKind.Definite, ((first - 192) << 8) + octets[1] + 192, size),
            < 255 => new BodyLength(LengthKind.Partial, 1L << (first & 0x1F), size),
            _ => new BodyLength(LengthKind.Definite, BinaryPrimitives.ReadUInt32BigEndian(octets[1..]), size),
        };
    }
}
