using System.Security.Cryptography;
using SecureExchange.OpenPgp.Armor;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Several certificates or secret keys, one after the other: packets, or blocks of ASCII armor each of which may hold
/// several (RFC 9580 §3.6).</summary>
internal static class KeyRing
{
    /// <summary>All packets, without armor, in memory that is the caller's to zero.</summary>
    public static Memory<byte> Binary(ReadOnlyMemory<byte> armoredOrBinary, ArmorKind kind, PgpLimits limits)
    {
        if (armoredOrBinary.Length > limits.MaxKeyring)
            Throw.Limit($"{armoredOrBinary.Length} octets exceed {limits.MaxKeyring} (MaxKeyring)");
        var input = armoredOrBinary.Span;
        if (input.IsEmpty) throw Throw.Error(PgpError.Truncated, "there is no data at all");
        if (ArmorHead.IsBinary(input)) return ArmorDecoder.Copy(input, kind);
        var output = ArmorDecoder.Room(input.Length + 4, kind); // Armor takes more room than what is in it.
        try
        {
            return output.AsMemory(0, Decode(input, kind, limits, output));
        }
        catch
        {
            CryptographicOperations.ZeroMemory(output); // Secret keys, up to where the armor breaks.
            throw;
        }
    }

    private static int Decode(ReadOnlySpan<byte> blocks, ArmorKind kind, PgpLimits limits, Span<byte> output)
    {
        var filled = 0;
        do
        {
            var decoder = new ArmorDecoder(kind, limits) { StopsAtEnd = true };
            decoder.Decode(blocks, isFinal: true, output[filled..], out var consumed, out var written);
            decoder.Clear();
            filled += written;
            blocks = blocks[consumed..].TrimStart(" \t\r\n"u8);
        }
        while (!blocks.IsEmpty);

        return filled;
    }

    /// <summary>The octets of each, from one primary key to the next.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> octets, PgpLimits limits)
    {
        var keys = new List<ReadOnlyMemory<byte>>();
        var (start, end, hasPrimary) = (0, 0, false);
        foreach (var packet in Packet.Split(octets, limits.MaxPacket))
        {
            var isPrimary = packet.Type is PacketType.PublicKey or PacketType.SecretKey;
            if (isPrimary && hasPrimary)
            {
                if (keys.Count + 1 >= limits.MaxKeys) Throw.Limit($"more than {limits.MaxKeys} keys (MaxKeys)", packet.Offset);
                keys.Add(octets[start..end]);
                start = end;
            }

            hasPrimary |= isPrimary;
            end += packet.Whole.Length;
        }

        if (end == 0) throw Throw.Error(PgpError.Truncated, "no key is here: no packets at all");
        keys.Add(octets[start..end]);
        return keys;
    }
}
