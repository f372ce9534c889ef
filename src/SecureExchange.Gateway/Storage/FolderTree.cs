using System.Collections.Concurrent;
using System.IO.Enumeration;
using Microsoft.Win32.SafeHandles;

namespace SecureExchange.Gateway.Storage;

/// <summary>The folders below a store's root, reached one segment at a time and never through a link.</summary>
/// <remarks>Who can write to the store could put a link to the gateway's keys in a blob's place and then fetch it. So no
/// path is ever given to the kernel: each folder is opened relative to its parent with <c>O_NOFOLLOW</c>, and the check
/// and the use are the same call.</remarks>
internal sealed class FolderTree : IDisposable
{
    /// <summary>Bounds memory: past it the folders seen are forgotten, and synced once more.</summary>
    private const int MaxRemembered = 10_000;

    private readonly string _path;
    private readonly SafeFileHandle _root;
    private readonly ConcurrentDictionary<string, bool> _durable = new();

    internal FolderTree(string path)
    {
        _path = path;
        _root = Posix.OpenRoot(path, new BlobFault("open the store"));
    }

    /// <summary>Opens, and makes where missing, one of the store's own folders.</summary>
    internal SafeFileHandle OpenOwn(string name) => Descend(_root, name, name, create: true, new BlobFault($"open {name}"))!;

    /// <summary>Opens the folder that holds a blob's file; null where there is none and none shall be made.</summary>
    internal Located? Find(BlobName name, bool create, BlobFault fault)
    {
        var end = name.Value.LastIndexOf('/');
        var folder = OpenFolder(end < 0 ? "" : name.Value[..end], create, fault);
        return folder is null ? null : new Located(folder, name.Value[(end + 1)..]);
    }

    /// <summary>Every blob whose name begins with a prefix.</summary>
    internal IEnumerable<BlobName> List(string prefix, BlobFault fault)
    {
        var pending = new Stack<string>();
        pending.Push(prefix[..(prefix.LastIndexOf('/') + 1)]);
        while (pending.TryPop(out var path))
        {
            using var folder = OpenFolder(path.TrimEnd('/'), create: false, fault);
            if (folder is null) continue; // Deleted from outside meanwhile; the store itself keeps its folders.
            foreach (var (segment, attributes) in Entries(folder))
            {
                var full = path + segment;
                if (!BlobName.IsSegment(segment)) continue; // The store's own, or something like lost+found.
                if (attributes.HasFlag(FileAttributes.ReparsePoint)) throw fault.Tampered($"a symbolic link at {full}");
                if (attributes.HasFlag(FileAttributes.Directory))
                {
                    full += "/";
                    if (full.StartsWith(prefix, StringComparison.Ordinal)) pending.Push(full);
                }
                else if (full.StartsWith(prefix, StringComparison.Ordinal) && BlobName.TryParse(full, out var name))
                {
                    yield return name;
                }
            }
        }

        RequireRoot(fault); // At the end: what went away on the way made the list end early.
    }

    /// <summary>Throws when the root that was opened is no longer the one at its path: without this, a store whose disk was
    /// taken away would look like an empty one, and an empty one is where a log begins anew.</summary>
    internal void RequireRoot(BlobFault fault)
    {
        var opened = Posix.Status(_root, fault);
        if (opened.Links == 0) throw fault.Away("the store's folder is gone");
        using var now = Posix.OpenRoot(_path, fault);
        var found = Posix.Status(now, fault);
        if ((found.Inode, found.DeviceMajor, found.DeviceMinor) != (opened.Inode, opened.DeviceMajor, opened.DeviceMinor))
            throw fault.Away("another folder has taken the place of the store's");
    }

    public void Dispose() => _root.Dispose();

    private static FileSystemEnumerable<(string, FileAttributes)> Entries(SafeFileHandle folder) =>
        // The kernel's own link to an open folder: listing it can't be led elsewhere.
        new($"/proc/self/fd/{folder.DangerousGetHandle()}",
            (ref FileSystemEntry entry) => (entry.FileName.ToString(), entry.Attributes),
            new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false });

    private SafeFileHandle? OpenFolder(string path, bool create, BlobFault fault)
    {
        var current = Posix.Open(_root, ".", Posix.ReadOnlyAccess | Posix.Folder, fault);
        foreach (var range in path.AsSpan().Split('/'))
        {
            if (current is null || path.Length == 0) break;
            var (start, length) = range.GetOffsetAndLength(path.Length);
            using var parent = current;
            current = Descend(parent, path.Substring(start, length), path[..(start + length)], create, fault);
        }

        if (current is null) RequireRoot(fault);
        return current;
    }

    private SafeFileHandle? Descend(SafeFileHandle parent, string segment, string path, bool create, BlobFault fault)
    {
        const int Attempts = 3; // Somebody may remove an empty folder between the two calls.
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // A folder that is there may have been made a moment ago by a process that hasn't synced it yet.
            if (create && (!_durable.ContainsKey(path) | Posix.MakeFolder(parent, segment, fault))) Remember(parent, path, fault);
            var folder = Posix.Open(parent, segment, Posix.ReadOnlyAccess | Posix.Folder, fault);
            if (folder is not null || !create) return folder;
        }

        throw fault.Away("the store's folders are being removed");
    }

    private void Remember(SafeFileHandle parent, string path, BlobFault fault)
    {
        Posix.Sync(parent, fault);
        if (_durable.Count >= MaxRemembered) _durable.Clear();
        _durable[path] = true;
    }

    /// <summary>A blob's place: the open folder, and its file's name in it.</summary>
    internal sealed record Located(SafeFileHandle Folder, string File) : IDisposable
    {
        public void Dispose() => Folder.Dispose();
    }
}
