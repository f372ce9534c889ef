using System.Buffers.Binary;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>The lengths of a packet that is written in parts of one size (RFC 9580 §4.2.1.4).</summary>
internal static class Parts
{
    /// <summary>Octets of a part. Lengths and calls cost nothing beside so many; both buffers stay in a core's
    /// cache.</summary>
    public const int Size = 1 << SizeExponent;

    /// <summary>The length that says: so many, then another length.</summary>
    public const byte Partial = 0xE0 | SizeExponent;

    /// <summary>Octets to leave free before a part for any length.</summary>
    public const int Room = 64;

    private const int SizeExponent = 17;

    /// <summary>Writes the last length, of fewer octets than a part has, right before them.</summary>
    /// <param name="buffer">Where the octets stand, from <see cref="Room"/> on.</param>
    /// <param name="length">How many there are.</param>
    /// <returns>Where the length starts.</returns>
    public static int WriteFinal(Span<byte> buffer, int length)
    {
        if (length < 192)
        {
            buffer[Room - 1] = (byte)length;
            return Room - 1;
        }

        if (length < 8384)
        {
            BinaryPrimitives.WriteUInt16BigEndian(buffer[(Room - 2)..], (ushort)(length - 192 + (192 << 8)));
            return Room - 2;
        }

        buffer[Room - 5] = 0xFF;
        BinaryPrimitives.WriteUInt32BigEndian(buffer[(Room - 4)..], (uint)length);
        return Room - 5;
    }
}
