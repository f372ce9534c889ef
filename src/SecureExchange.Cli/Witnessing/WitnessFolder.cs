using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Cli.Witnessing;

/// <summary>What a witness remembers, as files. Held by one process at a time.</summary>
/// <remarks>Write: temporary file, fsync, rename, fsync of the folder. A witness whose memory went back in time could be
/// shown a rolled-back log, so nothing counts as written before that.</remarks>
internal sealed partial class WitnessFolder : TileStore, IDisposable
{
    private readonly string _folder;
    private readonly FolderTileReader _reader;
    private readonly FileStream _held;
    private readonly SemaphoreSlim _writing = new(1);

    internal WitnessFolder(string folder)
    {
        _folder = Path.GetFullPath(folder);
        MakeFolder(_folder);
        _reader = new FolderTileReader(_folder);
        try
        {
            _held = new FileStream(Path.Combine(_folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new CliException(Terminal.Refused, $"another process is the witness of {_folder}");
        }
    }

    public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) => _reader.ReadAsync(path, ct);

    public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) => _reader.ListAsync(prefix, ct);

    public override async ValueTask<VersionedObject?> ReadVersionedAsync(string path, CancellationToken ct) =>
        await ReadAsync(path, ct) is { } content ? new VersionedObject(content, VersionOf(content.Span)) : null;

    public override async ValueTask<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        await SwapAsync(path, content, null, ct) is not null;

    public override async ValueTask<string?> SwapAsync(
        string path, ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken ct)
    {
        await _writing.WaitAsync(ct);
        try
        {
            if ((await ReadVersionedAsync(path, ct))?.Version != expectedVersion) return null;
            var target = Path.Combine(_folder, path);
            var folder = Path.GetDirectoryName(target)!;
            MakeFolder(folder);

            using (var file = new FileStream($"{target}.new", FileMode.Create, FileAccess.Write, FileShare.None, 1))
            {
                file.Write(content.Span);
                file.Flush(flushToDisk: true);
            }

            File.Move($"{target}.new", target, overwrite: true);
            SyncFolder(folder);
            return VersionOf(content.Span);
        }
        finally
        {
            _writing.Release();
        }
    }

    public override ValueTask DeleteAsync(string path, CancellationToken ct) =>
        throw new NotSupportedException("a witness forgets nothing");

    public void Dispose()
    {
        _held.Dispose();
        _writing.Dispose();
    }

    private static string VersionOf(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content));

    /// <summary>With all that are missing above it. A folder is as durable as its entry in the one above.</summary>
    private static void MakeFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        var above = Path.GetDirectoryName(folder)!;
        MakeFolder(above);
        Directory.CreateDirectory(folder);
        SyncFolder(above);
    }

    private static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsLinux()) return; // Elsewhere a rename is as durable as the system makes it.
        var handle = Open(folder, 0);
        var failed = handle < 0 || Fsync(handle) != 0;
        if (handle >= 0) _ = Close(handle);
        if (failed) throw new IOException("the witness's folder can't be made durable (fsync failed)");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
