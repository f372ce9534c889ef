namespace SecureExchange.Gateway.Intake;

/// <summary>Tells how much has been read of a stream, before its reader has it.</summary>
/// <param name="from">The stream.</param>
/// <param name="count">Is told how many bytes that are by now; what it throws cuts the reading.</param>
internal sealed class MeteredStream(Stream from, Func<long, ValueTask> count) : NetworkBody
{
    private long _read;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await from.ReadAsync(buffer, cancellationToken);
        await count(_read += read);
        return read;
    }
}
