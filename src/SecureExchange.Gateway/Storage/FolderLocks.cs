using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SecureExchange.Gateway.Storage;

/// <summary>One change of a name at a time, among tasks and among processes. Each lock stands for 1/64 of the names.</summary>
internal sealed class FolderLocks(SafeFileHandle folder) : IDisposable
{
    private const int Shards = 64;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim[] _tasks = [.. Enumerable.Range(0, Shards).Select(_ => new SemaphoreSlim(1))];

    /// <exception cref="BlobStoreException">Others kept it for longer than a change of a small blob can take.</exception>
    internal async Task<IDisposable> AcquireAsync(BlobName name, BlobFault fault, CancellationToken ct)
    {
        var shard = SHA256.HashData(Encoding.ASCII.GetBytes(name.Value))[0] % Shards;
        if (!await _tasks[shard].WaitAsync(s_patience, ct)) throw Busy(fault);
        SafeFileHandle? file = null;
        try
        {
            file = Posix.Open(folder, $"{shard:x2}", Posix.ReadWriteAccess | Posix.Create, fault)
                ?? throw fault.Away("the store's folder of locks is gone");

            // Polled, since a blocking flock can be neither cancelled nor bounded.
            var waited = Stopwatch.StartNew();
            for (var pause = TimeSpan.FromMilliseconds(1); !Posix.TryLock(file, fault); pause *= 2)
            {
                if (waited.Elapsed > s_patience) throw Busy(fault);
                await Task.Delay(pause < s_longestPause ? pause : pause = s_longestPause, ct);
            }

            return new Held(_tasks[shard], file);
        }
        catch
        {
            file?.Dispose();
            _tasks[shard].Release();
            throw;
        }
    }

    public void Dispose()
    {
        folder.Dispose();
        foreach (var task in _tasks) task.Dispose();
    }

    private static BlobStoreException Busy(BlobFault fault) => fault.Away("another process holds the lock on this name");

    private sealed class Held(SemaphoreSlim task, SafeFileHandle file) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose(); // Closing unlocks.
            task.Release();
        }
    }
}
