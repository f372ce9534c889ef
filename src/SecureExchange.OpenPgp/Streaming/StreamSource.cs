namespace SecureExchange.OpenPgp.Streaming;

/// <summary>The outermost layer: the caller's stream.</summary>
internal sealed class StreamSource(Stream stream) : OctetSource
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => stream.ReadAsync(buffer, ct);
}
