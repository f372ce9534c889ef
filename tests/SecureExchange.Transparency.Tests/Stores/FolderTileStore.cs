using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests.Stores;

/// <summary>A log's store in a folder, for any number of processes.</summary>
/// <remarks>Write: temporary file, fsync, link or rename, fsync of the folder. The temporary files and the lock are beside
/// the log's folder, not in it.</remarks>
internal sealed partial class FolderTileStore : TileStore
{
    private readonly string _folder;
    private readonly string _work;
    private readonly FolderTileReader _reader;

    internal FolderTileStore(string folder)
    {
        _folder = folder;
        _work = folder + ".work";
        _reader = new FolderTileReader(folder);
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(_work);
    }

    public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) => _reader.ReadAsync(path, ct);

    public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) => _reader.ListAsync(prefix, ct);

    public override async ValueTask<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var target = Path.Combine(_folder, path);
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder);
        var temporary = await WriteTemporaryAsync(content, ct);
        try
        {
            File.Move(temporary, target, overwrite: false);
        }
        catch (IOException) when (File.Exists(target))
        {
            File.Delete(temporary);
            return false;
        }

        SyncFolder(folder);
        return true;
    }

    public override async ValueTask<VersionedObject?> ReadVersionedAsync(string path, CancellationToken ct) =>
        await ReadAsync(path, ct) is { } content ? new VersionedObject(content, VersionOf(content.Span)) : null;

    public override async ValueTask<string?> SwapAsync(
        string path, ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken ct)
    {
        var temporary = await WriteTemporaryAsync(content, ct);
        using (await LockAsync(path))
        {
            if ((await ReadVersionedAsync(path, ct))?.Version != expectedVersion)
            {
                File.Delete(temporary);
                return null;
            }

            File.Move(temporary, Path.Combine(_folder, path), overwrite: true);
            SyncFolder(_folder);
        }

        return VersionOf(content.Span);
    }

    public override ValueTask DeleteAsync(string path, CancellationToken ct)
    {
        File.Delete(Path.Combine(_folder, path));
        return ValueTask.CompletedTask;
    }

    private async Task<FileStream> LockAsync(string path)
    {
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(_work, path + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException)
            {
                await Task.Yield();
            }
        }
    }

    private async Task<string> WriteTemporaryAsync(ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var temporary = Path.Combine(_work, Guid.NewGuid().ToString("N"));
        await using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1);
        await file.WriteAsync(content, ct);
        file.Flush(flushToDisk: true);
        return temporary;
    }

    private static string VersionOf(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    private static void SyncFolder(string folder)
    {
        var handle = Open(folder, 0);
        if (handle < 0 || Fsync(handle) != 0) throw new IOException("fsync of a folder failed");
        _ = Close(handle);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
