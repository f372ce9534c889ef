using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>Collects the octets of small packets. Zeroes what it held, since secret keys pass through it too.</summary>
internal sealed class OctetWriter : IDisposable
{
    private byte[] _octets = GC.AllocateUninitializedArray<byte>(512, pinned: true);
    private int _length;

    public int Length => _length;

    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, _length);

    public ReadOnlyMemory<byte> WrittenMemory => _octets.AsMemory(0, _length);

    public byte[] ToArray() => Written.ToArray();

    public void Octet(byte value) => Reserve(1)[0] = value;

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), checked((ushort)value));

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), value);

    public void Octets(ReadOnlySpan<byte> value) => value.CopyTo(Reserve(value.Length));

    /// <summary>A multiprecision integer (RFC 9580 §3.2), from big-endian octets.</summary>
    public void Mpi(ReadOnlySpan<byte> value)
    {
        value = value.TrimStart((byte)0);
        UInt16(value.IsEmpty ? 0 : (value.Length * 8) - BitOperations.LeadingZeroCount(value[0]) + 24);
        Octets(value);
    }

    /// <summary>A packet whose body is at hand (RFC 9580 §4.2.1: the current format, a definite length).</summary>
    public void Packet(PacketType type, ReadOnlySpan<byte> body)
    {
        Octet((byte)(0xC0 | (byte)type));
        PacketLength(body.Length);
        Octets(body);
    }

    /// <summary>The same in the legacy format (§4.2.2), as GnuPG writes keys.</summary>
    public void LegacyPacket(PacketType type, ReadOnlySpan<byte> body)
    {
        var isShort = body.Length < 256;
        Octet((byte)(0x80 | ((byte)type << 2) | (isShort ? 0 : 1)));
        if (isShort) Octet((byte)body.Length);
        else UInt16(body.Length);
        Octets(body);
    }

    /// <summary>A definite body length (RFC 9580 §4.2.1).</summary>
    public void PacketLength(int length)
    {
        if (length < 192)
        {
            Octet((byte)length);
        }
        else if (length < 8384)
        {
            UInt16(length - 192 + (192 << 8));
        }
        else
        {
            Octet(0xFF);
            UInt32((uint)length);
        }
    }

    /// <summary>Room for octets that something else writes.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_length + count > _octets.Length)
        {
            var larger = GC.AllocateUninitializedArray<byte>(Math.Max(_length + count, _octets.Length * 2), pinned: true);
            Written.CopyTo(larger);
            CryptographicOperations.ZeroMemory(_octets);
            _octets = larger;
        }

        _length += count;
        return _octets.AsSpan(_length - count, count);
    }

    /// <summary>Zeroes what is there, and starts again.</summary>
    public void Clear()
    {
        CryptographicOperations.ZeroMemory(_octets);
        _length = 0;
    }

    public void Dispose() => Clear();
}
