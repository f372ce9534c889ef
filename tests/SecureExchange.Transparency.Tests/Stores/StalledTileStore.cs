using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests.Stores;

/// <summary>A store whose writes wait until the test lets them.</summary>
internal sealed class StalledTileStore : TileStore
{
    private readonly MemoryTileStore _inner = new();
    private TaskCompletionSource _gate = new();

    internal StalledTileStore() => _gate.SetResult();

    internal void Stall() => _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    internal void Continue() => _gate.SetResult();

    public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) => _inner.ReadAsync(path, ct);

    public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) => _inner.ListAsync(prefix, ct);

    public override ValueTask<VersionedObject?> ReadVersionedAsync(string path, CancellationToken ct) =>
        _inner.ReadVersionedAsync(path, ct);

    public override async ValueTask<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        await _gate.Task;
        return await _inner.CreateAsync(path, content, ct);
    }

    public override async ValueTask<string?> SwapAsync(
        string path, ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken ct)
    {
        await _gate.Task;
        return await _inner.SwapAsync(path, content, expectedVersion, ct);
    }

    public override ValueTask DeleteAsync(string path, CancellationToken ct) => _inner.DeleteAsync(path, ct);
}
