using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests.Stores;

/// <summary>How a write goes wrong.</summary>
public enum Fault
{
    /// <summary>It wasn't done.</summary>
    Before,

    /// <summary>It was done, and reported as failed.</summary>
    After,

    /// <summary>It was done, and reported as lost to somebody else: a client that tried again after an answer got lost.</summary>
    Disowned,
}

/// <summary>A store in which one numbered write goes wrong, and, if it is a crash, everything after it.</summary>
internal sealed class FaultyTileStore(TileStore inner, int write, Fault fault, bool isCrash) : TileStore
{
    private int _writes;
    private volatile bool _isDown;

    /// <summary>How many writes were asked for.</summary>
    internal int Writes => _writes;

    internal bool HasStruck => _writes >= write;

    public override async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) =>
        _isDown ? throw Failed() : await inner.ReadAsync(path, ct);

    public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) =>
        _isDown ? throw Failed() : inner.ListAsync(prefix, ct);

    public override async ValueTask<VersionedObject?> ReadVersionedAsync(string path, CancellationToken ct) =>
        _isDown ? throw Failed() : await inner.ReadVersionedAsync(path, ct);

    public override ValueTask<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        WriteAsync(() => inner.CreateAsync(path, content, ct), false);

    public override ValueTask<string?> SwapAsync(
        string path, ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken ct) =>
        WriteAsync(() => inner.SwapAsync(path, content, expectedVersion, ct), null);

    public override async ValueTask DeleteAsync(string path, CancellationToken ct) => await WriteAsync(
        async () =>
        {
            await inner.DeleteAsync(path, ct);
            return true;
        },
        false);

    private async ValueTask<T> WriteAsync<T>(Func<ValueTask<T>> work, T lost)
    {
        if (_isDown) throw Failed();
        if (Interlocked.Increment(ref _writes) != write) return await work();
        if (isCrash) _isDown = true;
        if (fault == Fault.Before) throw Failed();
        await work();
        return fault == Fault.Disowned && !isCrash ? lost : throw Failed();
    }

    private static IOException Failed() => new("the store failed, as the test told it to");
}
