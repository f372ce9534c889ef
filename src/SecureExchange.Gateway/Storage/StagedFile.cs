using Microsoft.Win32.SafeHandles;

namespace SecureExchange.Gateway.Storage;

/// <summary>A file on its way to a blob's name. Disposed, it leaves the staging folder, published or not.</summary>
internal sealed class StagedFile(SafeFileHandle staging, string name, SafeFileHandle file, BlobFault fault) : IDisposable
{
    private bool _moved;

    internal void Write(ReadOnlySpan<byte> bytes, long offset) => Posix.Write(file, bytes, offset, fault);

    /// <summary>Makes the bytes durable, and then visible under a name that nothing had. False: another was first.</summary>
    internal bool Publish(FolderTree.Located place)
    {
        Posix.Sync(file, fault);
        var first = Posix.Link(staging, name, place.Folder, place.File, fault);

        // Also when another was first: "it exists" must be as durable as "I made it".
        Posix.Sync(place.Folder, fault);
        return first;
    }

    /// <summary>Makes the bytes durable, and then puts them in the place of what the name held.</summary>
    internal void Replace(FolderTree.Located place)
    {
        Posix.Sync(file, fault);
        Posix.Rename(staging, name, place.Folder, place.File, fault);
        _moved = true;
        Posix.Sync(place.Folder, fault);
    }

    public void Dispose()
    {
        try
        {
            if (!_moved) Posix.Unlink(staging, name, fault);
        }
        catch (BlobStoreException)
        {
            // The outcome is settled, and the next start sweeps what stays here.
        }

        file.Dispose();
    }
}
