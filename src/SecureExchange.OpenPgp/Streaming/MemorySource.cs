namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Octets that are in memory already.</summary>
internal sealed class MemorySource(ReadOnlyMemory<byte> octets) : OctetSource
{
    private ReadOnlyMemory<byte> _rest = octets;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return new(count);
    }
}
