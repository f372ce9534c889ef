using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Signatures that stand apart from their data: signature packets, and nothing else (RFC 9580 §10.4).</summary>
internal static class SignatureList
{
    /// <returns>The bodies, one or more.</returns>
    /// <exception cref="PgpException">It holds something else, or too many.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> octets, PgpLimits limits)
    {
        var bodies = new List<ReadOnlyMemory<byte>>();
        foreach (var packet in Packet.Split(octets, limits.MaxPacket))
        {
            if (packet.Type == PacketType.Signature)
            {
                bodies.Add(packet.Body);
                if (bodies.Count > limits.MaxSignatures)
                    Throw.Limit($"more than {limits.MaxSignatures} signatures (MaxSignatures)", packet.Offset);
            }
            else if (!packet.Type.IsIgnored())
            {
                throw Throw.Error(
                    PgpError.UnexpectedKind,
                    $"packet type {(byte)packet.Type} among signatures that stand apart from their data", packet.Offset);
            }
        }

        return bodies.Count > 0 ? bodies : throw Throw.Error(PgpError.Truncated, "no signature is here");
    }

    /// <summary>The key id that a signature names which this engine doesn't read; 0 for none. Version 3 has it at a fixed
    /// place (§5.2.2).</summary>
    public static ulong KeyIdOf(ReadOnlySpan<byte> body) => body is [3, 5, _, _, _, _, _, ..] && body.Length >= 15
        ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(body[7..])
        : 0;
}
