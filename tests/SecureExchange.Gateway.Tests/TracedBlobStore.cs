using System.Collections.Concurrent;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Tests;

/// <summary>A real store that counts what is asked of it, and in which one numbered write goes wrong: it fails, or is done and
/// reported as failed. If it is a crash, everything after it fails too.</summary>
internal sealed class TracedBlobStore(BlobStore inner) : BlobStore
{
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private int _writes;
    private int _failing;
    private bool _isDone;
    private bool _isCrash;
    private volatile bool _isDown;

    /// <summary>How often each kind of operation was asked for since <see cref="Reset"/>.</summary>
    internal IReadOnlyDictionary<string, int> Asked => _asked;

    internal int Count => _asked.Values.Sum();

    /// <summary>Whether the write that was to go wrong has come.</summary>
    internal bool HasStruck => _failing > 0 && _writes >= _failing;

    internal void Reset() => _asked.Clear();

    /// <summary>Has the write with this number, from 1, go wrong.</summary>
    internal void FailAt(int write, bool isDone, bool isCrash) => (_writes, _failing, _isDone, _isCrash, _isDown) = (0, write, isDone, isCrash, false);

    /// <summary>All goes well again.</summary>
    internal void Mend() => (_failing, _isDown) = (0, false);

    public override Task<BlobWriter> CreateAsync(BlobName name, CancellationToken ct) => ReadAsync("create", () => inner.CreateAsync(name, ct));

    public override Task<bool> TryPutAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        WriteAsync("put", () => inner.TryPutAsync(name, content, ct));

    public override Task<BlobVersion?> GetAsync(BlobName name, CancellationToken ct) => ReadAsync("get", () => inner.GetAsync(name, ct));

    public override Task<string?> SwapAsync(BlobName name, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken ct) =>
        WriteAsync("swap", () => inner.SwapAsync(name, content, expectedETag, ct));

    public override Task<BlobReader?> OpenReadAsync(BlobName name, CancellationToken ct) => ReadAsync("open", () => inner.OpenReadAsync(name, ct));

    public override IAsyncEnumerable<BlobName> ListAsync(string prefix, CancellationToken ct)
    {
        Note("list");
        return inner.ListAsync(prefix, ct);
    }

    public override Task<bool> DeleteAsync(BlobName name, CancellationToken ct) => WriteAsync("delete", () => inner.DeleteAsync(name, ct));

    public override Task CheckAsync(CancellationToken ct) => inner.CheckAsync(ct);

    public override ValueTask DisposeAsync() => inner.DisposeAsync();

    private Task<T> ReadAsync<T>(string what, Func<Task<T>> work)
    {
        Note(what);
        return work();
    }

    private async Task<T> WriteAsync<T>(string what, Func<Task<T>> work)
    {
        Note(what);
        if (Interlocked.Increment(ref _writes) != _failing) return await work();
        _isDown = _isCrash;
        if (_isDone) await work();
        throw Failed();
    }

    private void Note(string what)
    {
        if (_isDown) throw Failed();
        _asked.AddOrUpdate(what, 1, (_, count) => count + 1);
    }

    private static BlobStoreException Failed() => new(BlobStoreError.StoreAway, "the store failed, as the test told it to");
}
