namespace SecureExchange.Gateway.Tests;

/// <summary>A slow receiver, behind whose first bytes something happens.</summary>
internal sealed class InterruptedStream(Func<Task> happens) : MemoryStream
{
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var isFirst = Length == 0;
        await base.WriteAsync(buffer, cancellationToken);
        if (isFirst) await happens();
    }
}
