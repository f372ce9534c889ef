using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>The packets of a message, one after the other.</summary>
internal static class PacketStream
{
    /// <returns>The next packet's header; null at the end.</returns>
    public static async ValueTask<PacketHeader?> NextHeaderAsync(OctetReader input, CancellationToken ct)
    {
        var ahead = await input.PeekAsync(PacketHeader.MaxSize, ct);
        if (ahead.IsEmpty) return null;
        var header = PacketHeader.Read(ahead.Span, input.Position);
        input.Skip(header.Size);
        return header;
    }
}
