using System.IO.Enumeration;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace SecureExchange.Gateway.Storage;

/// <summary>The folder where files are written before they have a blob's name.</summary>
/// <remarks>Each file is locked by the process that writes it, for as long as it writes. A lock ends with its process,
/// however that ends, so a file that can be locked is one that nobody will finish: that, and not an age, tells what a
/// killed process left behind, with several processes on one folder too.</remarks>
internal sealed class FolderStaging(SafeFileHandle folder) : IDisposable
{
    /// <summary>A new file, empty and locked.</summary>
    internal StagedFile Create(BlobFault fault)
    {
        while (true)
        {
            var name = RandomNumberGenerator.GetHexString(32, lowercase: true);
            var file = Posix.Open(folder, name, Posix.WriteOnlyAccess | Posix.Create | Posix.Exclusive, fault)
                ?? throw fault.Away("the store's staging folder is gone");
            try
            {
                // Between its making and its lock, another process's Sweep may have taken it for a left-over.
                if (Posix.TryLock(file, fault) && Posix.Status(file, fault).Links == 1)
                    return new StagedFile(folder, name, file, fault);
            }
            catch
            {
                file.Dispose();
                throw;
            }

            file.Dispose();
        }
    }

    /// <summary>Removes what killed processes left behind.</summary>
    internal void Sweep(BlobFault fault)
    {
        var names = new FileSystemEnumerable<string>(
            $"/proc/self/fd/{folder.DangerousGetHandle()}", (ref FileSystemEntry entry) => entry.FileName.ToString());
        foreach (var name in names)
        {
            using var file = Posix.Open(folder, name, Posix.ReadWriteAccess | Posix.NonBlocking, fault);
            if (file is not null && Posix.TryLock(file, fault)) Posix.Unlink(folder, name, fault);
        }
    }

    public void Dispose() => folder.Dispose();
}
