using System.Text;

namespace SecureExchange.Gateway.Tests;

/// <summary>Gives its first bytes only until it is opened.</summary>
internal sealed class GatedStream(string content, int free = 0) : MemoryStream(Encoding.UTF8.GetBytes(content))
{
    private readonly TaskCompletionSource _reached = new();
    private readonly TaskCompletionSource _open = new();

    internal Task Reached => _reached.Task;

    internal void Open() => _open.SetResult();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position < free) return await base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, free - Position)], cancellationToken);
        _reached.TrySetResult();
        await _open.Task;
        return await base.ReadAsync(buffer, cancellationToken);
    }
}
