using SecureExchange.OpenPgp.Armor;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Takes the armor off a message, or off whatever else it is.</summary>
internal sealed class ArmorSource(OctetReader input, PgpLimits limits, ArmorKind kind = ArmorKind.Message) : OctetSource
{
    private readonly ArmorDecoder _decoder = new(kind, limits);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        for (var wanted = 1; ;)
        {
            var ahead = await input.PeekAsync(wanted, ct);
            var isFinal = ahead.Length < wanted;
            _decoder.Decode(ahead.Span, isFinal, buffer.Span, out var consumed, out var written);
            input.Skip(consumed);
            if (written > 0 || isFinal) return written;
            wanted = consumed > 0 ? 1 : ahead.Length + 1; // Not a whole line yet.
        }
    }
}
