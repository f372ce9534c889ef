using System.Collections.Concurrent;
using System.Globalization;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests.Stores;

/// <summary>Keeps the promises of a tile store, as long as the process lives.</summary>
internal sealed class MemoryTileStore : TileStore
{
    private readonly Lock _lock = new();
    private long _version;

    internal ConcurrentDictionary<string, VersionedObject> Objects { get; } = new();

    internal MemoryTileStore Copy()
    {
        var copy = new MemoryTileStore { _version = _version };
        foreach (var (path, content) in Objects) copy.Objects[path] = content;
        return copy;
    }

    internal void Put(string path, ReadOnlyMemory<byte> content) => Objects[path] = Version(content);

    public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) =>
        new(Objects.GetValueOrDefault(path)?.Content);

    public override async IAsyncEnumerable<string> ListAsync(
        string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var path in Objects.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal)))
        {
            await Task.Yield();
            yield return path;
        }
    }

    public override async ValueTask<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        await Task.Yield();
        return Objects.TryAdd(path, Version(content));
    }

    public override ValueTask<VersionedObject?> ReadVersionedAsync(string path, CancellationToken ct) =>
        new(Objects.GetValueOrDefault(path));

    public override async ValueTask<string?> SwapAsync(
        string path, ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken ct)
    {
        await Task.Yield();
        lock (_lock)
        {
            if (Objects.GetValueOrDefault(path)?.Version != expectedVersion) return null;
            return (Objects[path] = Version(content)).Version;
        }
    }

    public override async ValueTask DeleteAsync(string path, CancellationToken ct)
    {
        await Task.Yield();
        Objects.TryRemove(path, out _);
    }

    private VersionedObject Version(ReadOnlyMemory<byte> content) =>
        new(content.ToArray(), Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture));
}
