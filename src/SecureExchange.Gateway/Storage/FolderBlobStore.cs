using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace SecureExchange.Gateway.Storage;

/// <summary>Blobs as files below one folder, a file for each, under its name: the embedded default. Linux only.</summary>
/// <remarks>Several processes may use one folder, on a file system with hard links and <c>flock</c>. Files are made with
/// mode 0600, folders with 0700. Folders stay when their last blob goes. What a write does, system call by system call
/// (every name relative to an open folder, none through a link):
/// <code>
/// openat(.staging, random, O_CREAT|O_EXCL|O_NOFOLLOW, 0600)   flock(LOCK_EX)   statx
/// pwrite …
/// mkdirat, fsync(its parent)             for each folder of the name that this process hasn't seen durable
/// fsync(file)                            the bytes are durable, and nobody sees them
/// linkat(.staging, random → folder, name)   visible, whole. EEXIST: another was first
/// fsync(folder)                          the name is durable: now the call may return
/// unlinkat(.staging, random)
/// </code>
/// A swap holds <c>flock(.locks/NN)</c> from its comparison to its end, and where it replaces has <c>renameat</c> in the
/// place of <c>linkat</c>. A kill before <c>linkat</c> leaves a file in <c>.staging</c> that the next start removes; after
/// it, a whole blob.</remarks>
public sealed class FolderBlobStore : BlobStore
{
    private readonly FolderTree _tree;
    private readonly FolderStaging _staging;
    private readonly FolderLocks _locks;

    private FolderBlobStore(FolderTree tree)
    {
        _tree = tree;
        _staging = new FolderStaging(tree.OpenOwn(".staging"));
        _locks = new FolderLocks(tree.OpenOwn(".locks"));
    }

    /// <summary>Opens a store, makes its folder if it is missing, and removes what killed processes left unfinished.</summary>
    /// <param name="folder">Dedicated to the store. Not trusted, as <see cref="BlobStore"/> says.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <exception cref="BlobStoreException">The folder can't be made, read or written.</exception>
    public static Task<FolderBlobStore> OpenAsync(string folder, CancellationToken ct) => Task.Run(() =>
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("the folder store needs Linux: use Azure Blob Storage here");
        var fault = new BlobFault("open the store");
        try
        {
            Make(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw fault.Make(BlobStoreError.NotConfigured, "the store's folder isn't there and can't be made", e);
        }

        var tree = new FolderTree(folder);
        try
        {
            var store = new FolderBlobStore(tree);
            store._staging.Sweep(fault);
            return store;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }, ct);

    public override Task<BlobWriter> CreateAsync(BlobName name, CancellationToken ct) =>
        Task.Run<BlobWriter>(() => new FolderBlobWriter(name, _tree, _staging.Create(BlobFault.On("write", name))), ct);

    public override Task<bool> TryPutAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        RequireSmall(name, content.Length);
        var fault = BlobFault.On("write", name);
        return Task.Run(() =>
        {
            using var staged = _staging.Create(fault);
            staged.Write(content.Span, 0);
            using var place = _tree.Find(name, create: true, fault)!;
            return staged.Publish(place);
        }, ct);
    }

    public override Task<BlobVersion?> GetAsync(BlobName name, CancellationToken ct) =>
        Task.Run(() => Get(name, BlobFault.On("read", name)), ct);

    public override async Task<string?> SwapAsync(
        BlobName name, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken ct)
    {
        RequireSmall(name, content.Length);
        var fault = BlobFault.On("swap", name);
        using var held = await _locks.AcquireAsync(name, fault, ct);
        return await Task.Run(() =>
        {
            if (Get(name, fault)?.ETag != expectedETag) return null;
            using var staged = _staging.Create(fault);
            staged.Write(content.Span, 0);
            using var place = _tree.Find(name, create: true, fault)!;
            if (expectedETag is null && !staged.Publish(place)) return null;
            if (expectedETag is not null) staged.Replace(place);
            return ETagOf(content.Span);
        }, ct);
    }

    public override Task<BlobReader?> OpenReadAsync(BlobName name, CancellationToken ct) => Task.Run<BlobReader?>(() =>
    {
        var file = OpenFile(name, BlobFault.On("read", name), out var status);
        return file is null ? null : new FolderBlobReader(name, file, status);
    }, ct);

    public override async IAsyncEnumerable<BlobName> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        if (!BlobName.IsPrefix(prefix)) throw new ArgumentException("not the beginning of a blob's name", nameof(prefix));
        var fault = new BlobFault($"list {prefix}");
        using var names = _tree.List(prefix, fault).GetEnumerator();
        while (await Task.Run(() => MoveNext(names, fault), ct)) yield return names.Current;
    }

    public override async Task<bool> DeleteAsync(BlobName name, CancellationToken ct)
    {
        var fault = BlobFault.On("delete", name);
        using var held = await _locks.AcquireAsync(name, fault, ct); // A swap that has compared must find what it compared.
        return await Task.Run(() =>
        {
            using var place = _tree.Find(name, create: false, fault);
            if (place is null) return false;
            var removed = Posix.Unlink(place.Folder, place.File, fault);
            Posix.Sync(place.Folder, fault);
            if (!removed) _tree.RequireRoot(fault);
            return removed;
        }, ct);
    }

    public override Task CheckAsync(CancellationToken ct) => Task.Run(() =>
    {
        var fault = new BlobFault("check the store");
        _tree.RequireRoot(fault);
        using var probe = _staging.Create(fault);
        probe.Write("ready"u8, 0);
    }, ct);

    public override ValueTask DisposeAsync()
    {
        _locks.Dispose();
        _staging.Dispose();
        _tree.Dispose();
        return ValueTask.CompletedTask;
    }

    [SupportedOSPlatform("linux")]
    private static void Make(string path, BlobFault fault)
    {
        if (Directory.Exists(path)) return;
        var parent = Path.GetDirectoryName(path)!;
        Make(parent, fault);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var handle = Posix.OpenRoot(parent, fault);
        Posix.Sync(handle, fault);
    }

    private static bool MoveNext(IEnumerator<BlobName> names, BlobFault fault)
    {
        try
        {
            return names.MoveNext();
        }
        catch (UnauthorizedAccessException e)
        {
            throw fault.Make(BlobStoreError.Denied, "a folder of the store can't be read", e);
        }
        catch (IOException e)
        {
            throw fault.Away("a folder of the store can't be read", e);
        }
    }

    private BlobVersion? Get(BlobName name, BlobFault fault)
    {
        using var file = OpenFile(name, fault, out var status);
        if (file is null) return null;
        RequireSmall(name, status.Size);
        var content = new byte[status.Size];
        if (Posix.Read(file, content, 0, fault) != content.Length) throw fault.Tampered("the blob was cut short while it was read");
        return new BlobVersion(content, ETagOf(content));
    }

    private static string ETagOf(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 16));

    private SafeFileHandle? OpenFile(BlobName name, BlobFault fault, out Posix.FileStatus status)
    {
        status = default;
        using var place = _tree.Find(name, create: false, fault);
        if (place is null) return null;

        // Without O_NONBLOCK, opening a planted FIFO would wait for a writer for ever.
        var file = Posix.Open(place.Folder, place.File, Posix.ReadOnlyAccess | Posix.NonBlocking, fault);
        if (file is null)
        {
            _tree.RequireRoot(fault);
            return null;
        }

        status = Posix.Status(file, fault);
        if (status.IsFile) return file;
        file.Dispose();
        throw fault.Tampered("no file where a blob belongs");
    }
}
