using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Hides how long a message is with padding packets (RFC 9580 §5.14) up to a PADMÉ size: what is left to see is the
/// order of magnitude, for at most 12 % more octets (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and
/// Communication with PURBs", 2019).</summary>
internal static class PaddingWriter
{
    private const int MinPacket = 2; // A type, and a length of zero.
    private const int MaxPacket = 1 << 30;
    private const int Piece = 64 * 1024;

    /// <summary>The least PADMÉ size that is no shorter.</summary>
    public static long PaddedSize(long length)
    {
        if (length < 2) return length;
        var exponent = BitOperations.Log2((ulong)length);
        var kept = BitOperations.Log2((uint)exponent) + 1; // Significant bits besides the first.
        var mask = (1L << (exponent - kept)) - 1;
        return (length + mask) & ~mask;
    }

    /// <summary>Writes packets of random octets until the packets inside have a PADMÉ size.</summary>
    public static async ValueTask PadAsync(EncryptedDataWriter output, CancellationToken ct)
    {
        var random = ArrayPool<byte>.Shared.Rent(Piece);
        var left = PaddedSize(output.Length + MinPacket) - output.Length;
        while (left > 0)
        {
            var size = left <= MaxPacket ? left : Math.Min(MaxPacket, left - MinPacket);
            left -= size;
            using var header = Header((int)size);
            await output.AppendAsync(header.WrittenMemory, ct);
            for (var rest = (int)size - header.Length; rest > 0; rest -= Piece)
            {
                var piece = random.AsMemory(0, Math.Min(Piece, rest));
                RandomNumberGenerator.Fill(piece.Span);
                await output.AppendAsync(piece, ct);
            }
        }

        ArrayPool<byte>.Shared.Return(random);
    }

    /// <summary>The header of a packet that has so many octets in all. Its length takes more octets than it needs where no other
    /// would come out even.</summary>
    private static OctetWriter Header(int size)
    {
        var header = new OctetWriter();
        header.Octet(0xC0 | (byte)PacketType.Padding);
        if (size < 2 + 192)
        {
            header.Octet((byte)(size - 2));
        }
        else if (size is >= 3 + 192 and < 3 + 8384)
        {
            header.PacketLength(size - 3);
        }
        else
        {
            header.Octet(0xFF);
            header.UInt32((uint)(size - 6));
        }

        return header;
    }
}
