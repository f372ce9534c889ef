namespace SecureExchange.OpenPgp.Packets;

/// <summary>One packet that is held in memory whole.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Body">Its body.</param>
/// <param name="Whole">Header and body, as they were read.</param>
/// <param name="Offset">Where the body stands in the input.</param>
internal readonly record struct Packet(PacketType Type, ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte> Whole, long Offset)
{
    /// <summary>Whether its header is of the legacy format.</summary>
    private bool IsLegacy => (Whole.Span[0] & 0x40) == 0;

    public OctetCursor Fields(string what) => new(Body.Span, what, Offset);

    /// <summary>The same packet in memory of its own.</summary>
    public Packet Copy()
    {
        ReadOnlyMemory<byte> whole = Whole.ToArray();
        return this with { Whole = whole, Body = whole[^Body.Length..] };
    }

    /// <summary>Writes a packet of another type and body with the same kind of header.</summary>
    public void WriteLike(PacketType type, ReadOnlySpan<byte> body, OctetWriter output)
    {
        if (IsLegacy && body.Length <= ushort.MaxValue) output.LegacyPacket(type, body);
        else output.Packet(type, body);
    }

    /// <summary>Splits a certificate, a key or a signature into its packets. Only message data may be of partial or
    /// indeterminate length (RFC 9580 §4.2.1.4).</summary>
    public static IEnumerable<Packet> Split(ReadOnlyMemory<byte> octets, int limit)
    {
        for (var at = 0; at < octets.Length;)
        {
            var header = PacketHeader.Read(octets.Span[at..Math.Min(at + PacketHeader.MaxSize, octets.Length)], at);
            if (header.Kind != LengthKind.Definite) Throw.Malformed("only message data may be of partial length", at);
            if (header.Length > limit)
                Throw.Limit($"a packet of {header.Length} octets exceeds {limit} (MaxPacket)", at);
            var body = at + header.Size;
            if (header.Length > octets.Length - body)
                throw Throw.Error(PgpError.Truncated, "the data ends inside a packet", at);
            var end = body + (int)header.Length;
            yield return new Packet(header.Type, octets[body..end], octets[at..end], body);
            at = end;
        }
    }
}
