namespace SecureExchange.Gateway.Intake;

/// <summary>Bytes that were read ahead, and then the stream that they came from.</summary>
internal sealed class HeadedStream(ReadOnlyMemory<byte> head, Stream rest) : NetworkBody
{
    private ReadOnlyMemory<byte> _head = head;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_head.IsEmpty) return await rest.ReadAsync(buffer, cancellationToken);
        var taken = Math.Min(_head.Length, buffer.Length);
        _head[..taken].CopyTo(buffer);
        _head = _head[taken..];
        return taken;
    }
}
