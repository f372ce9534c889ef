using System.Buffers.Binary;
using System.Numerics;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>Reads the fields of one packet, first to last. Whatever goes beyond its end is malformed.</summary>
internal ref struct OctetCursor
{
    private readonly ReadOnlySpan<byte> _octets;
    private readonly string _what;
    private readonly long _offset;
    private int _at;

    /// <param name="octets">The fields.</param>
    /// <param name="what">Whose, for error messages: "signature packet".</param>
    /// <param name="offset">Where the first octet stands in the input.</param>
    public OctetCursor(ReadOnlySpan<byte> octets, string what, long offset)
    {
        _octets = octets;
        _what = what;
        _offset = offset;
    }

    public readonly int Position => _at;

    public readonly int Remaining => _octets.Length - _at;

    public readonly long Offset => _offset + _at;

    public readonly string What => _what;

    /// <summary>Whether every integer must be exactly as long as it says: version 6 packets are malformed otherwise (RFC 9580
    /// §3.2).</summary>
    public bool IsStrict { get; set; }

    /// <summary>All octets between a position and the present one.</summary>
    public readonly ReadOnlySpan<byte> Since(int position) => _octets[position.._at];

    public byte Octet() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining) Throw.Malformed($"{_what}: a field goes beyond the packet's end", Offset);
        _at += count;
        return _octets.Slice(_at - count, count);
    }

    public ReadOnlySpan<byte> Rest() => Take(Remaining);

    /// <summary>A multiprecision integer (RFC 9580 §3.2): a count of bits, then as many octets as they need. Leading zeros,
    /// which some writers of ECDH keys leave in, are taken off where <see cref="IsStrict"/> isn't set.</summary>
    public ReadOnlySpan<byte> Mpi()
    {
        if (IsStrict) return CanonicalMpi();
        var bits = UInt16();
        return Take((bits + 7) / 8).TrimStart((byte)0);
    }

    /// <summary>An integer whose count of bits is exact, as the RFC has it: one value, one encoding.</summary>
    public ReadOnlySpan<byte> CanonicalMpi()
    {
        var bits = UInt16();
        var value = Take((bits + 7) / 8);
        if (bits != 0 && (value[0] == 0 || BitOperations.Log2(value[0]) != (bits - 1) % 8))
            Throw.Malformed($"{_what}: an integer isn't as long as it says", Offset);
        return value;
    }

    /// <summary>Nothing may be left.</summary>
    public readonly void End()
    {
        if (Remaining > 0) Throw.Malformed($"{_what}: octets are left after its last field", Offset);
    }

    public readonly PgpException Unsupported(PgpError error, string why) => Throw.Error(
        error, $"{_what}: {why}", _offset);
}
