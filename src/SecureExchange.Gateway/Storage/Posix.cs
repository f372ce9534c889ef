using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SecureExchange.Gateway.Storage;

/// <summary>The system calls behind <see cref="FolderBlobStore"/>, for Linux.</summary>
/// <remarks>.NET has no way to make a hard link, to open relative to a folder without following links, or to sync a
/// folder, and what is promised here (durable, whole, never outside the root) is promised by exactly these.</remarks>
internal static partial class Posix
{
    internal const int NotPermitted = 1, NoEntry = 2, Interrupted = 4, WouldBlock = 11, AccessDenied = 13, Exists = 17,
        NotDirectory = 20, IsDirectory = 21, FileTooBig = 27, NoSpace = 28, ReadOnly = 30, Loop = 40, OverQuota = 122;

    internal const int ReadOnlyAccess = 0, WriteOnlyAccess = 1, ReadWriteAccess = 2, Create = 0x40, Exclusive = 0x80,
        NonBlocking = 0x800, CloseOnExec = 0x80000;

    private const string Library = "libc";
    private const int LockExclusive = 2, LockNonBlocking = 4;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;

    // These two are swapped around between architectures (asm/fcntl.h of arm, arm64 and ppc64 differ from the rest).
    internal static readonly int Folder = s_swapped ? 0x4000 : 0x10000;
    internal static readonly int NoFollow = s_swapped ? 0x8000 : 0x20000;

    private static bool s_swapped =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm or Architecture.Ppc64le;

    /// <summary>Opens a name in a folder; null when there is none.</summary>
    internal static SafeFileHandle? Open(SafeFileHandle folder, string name, int flags, BlobFault fault)
    {
        while (true)
        {
            var handle = openat(folder, name, flags | NoFollow | CloseOnExec, 0x180); // 0600
            if (!handle.IsInvalid) return handle;
            var error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            if (error == NoEntry) return null;
            if (error != Interrupted) throw fault.From(error);
        }
    }

    /// <summary>Opens the root, whose own path may well go through links: the operator chose it.</summary>
    internal static SafeFileHandle OpenRoot(string path, BlobFault fault)
    {
        var handle = open(path, ReadOnlyAccess | Folder | CloseOnExec, 0);
        if (!handle.IsInvalid) return handle;
        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw error == NoEntry ? fault.Away("the store's folder is gone") : fault.From(error);
    }

    /// <summary>False: the folder was there.</summary>
    internal static bool MakeFolder(SafeFileHandle parent, string name, BlobFault fault) =>
        Try(mkdirat(parent, name, 0x1C0), Exists, fault); // 0700

    /// <summary>Gives a file a second name that nothing had. False: the name was taken.</summary>
    internal static bool Link(SafeFileHandle from, string name, SafeFileHandle to, string newName, BlobFault fault) =>
        Try(linkat(from, name, to, newName, 0), Exists, fault);

    internal static void Rename(SafeFileHandle from, string name, SafeFileHandle to, string newName, BlobFault fault) =>
        Try(renameat(from, name, to, newName), 0, fault);

    /// <summary>False: there was no such name.</summary>
    internal static bool Unlink(SafeFileHandle folder, string name, BlobFault fault) =>
        Try(unlinkat(folder, name, 0), NoEntry, fault);

    /// <summary>Locks a file for as long as it is open, or until its process ends in whichever way. False: another has it.</summary>
    internal static bool TryLock(SafeFileHandle file, BlobFault fault) =>
        Try(flock(file, LockExclusive | LockNonBlocking), WouldBlock, fault);

    /// <summary>Until this returns, a file's bytes or a folder's names may be lost by a power cut. After a failure the kernel
    /// may have dropped what it couldn't write, so a second call proves nothing: what was written is given up.</summary>
    internal static void Sync(SafeFileHandle handle, BlobFault fault)
    {
        while (fsync(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw fault.From(error);
        }
    }

    internal static FileStatus Status(SafeFileHandle handle, BlobFault fault)
    {
        Try(statx(handle, "", EmptyPath, BasicStats, out var status), 0, fault);
        return status;
    }

    internal static unsafe void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, BlobFault fault)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* p = bytes) written = pwrite(file, p, (nuint)bytes.Length, offset);
            if (written < 0)
            {
                var error = Marshal.GetLastPInvokeError();
                if (error == Interrupted) continue;
                throw fault.From(error);
            }

            bytes = bytes[(int)written..];
            offset += written;
        }
    }

    /// <summary>Fewer bytes than asked for only where the file ends.</summary>
    internal static unsafe int Read(SafeFileHandle file, Span<byte> bytes, long offset, BlobFault fault)
    {
        var total = 0;
        while (total < bytes.Length)
        {
            nint read;
            fixed (byte* p = bytes[total..]) read = pread(file, p, (nuint)(bytes.Length - total), offset + total);
            if (read == 0) break;
            if (read > 0)
            {
                total += (int)read;
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) throw fault.From(error);
        }

        return total;
    }

    /// <summary>False: the call failed in the one way that its caller expects.</summary>
    private static bool Try(int result, int expected, BlobFault fault)
    {
        if (result == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == expected ? false : throw fault.From(error);
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle open(string path, int flags, uint mode);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial SafeFileHandle openat(SafeFileHandle folder, string name, int flags, uint mode);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int mkdirat(SafeFileHandle folder, string name, uint mode);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int linkat(SafeFileHandle from, string name, SafeFileHandle to, string newName, int flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int renameat(SafeFileHandle from, string name, SafeFileHandle to, string newName);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int unlinkat(SafeFileHandle folder, string name, int flags);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int statx(SafeFileHandle folder, string name, int flags, uint mask, out FileStatus status);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport(Library, SetLastError = true)]
    private static unsafe partial nint pwrite(SafeFileHandle file, byte* bytes, nuint count, long offset);

    [LibraryImport(Library, SetLastError = true)]
    private static unsafe partial nint pread(SafeFileHandle file, byte* bytes, nuint count, long offset);

    /// <summary><c>struct statx</c> of <c>linux/stat.h</c>: the one that is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileStatus
    {
        [FieldOffset(16)] internal uint Links;
        [FieldOffset(28)] internal ushort Mode;
        [FieldOffset(32)] internal ulong Inode;
        [FieldOffset(40)] internal long Size;
        [FieldOffset(112)] internal long ModifiedSeconds;
        [FieldOffset(120)] internal uint ModifiedNanoseconds;
        [FieldOffset(136)] internal uint DeviceMajor;
        [FieldOffset(140)] internal uint DeviceMinor;

        internal readonly bool IsFile => (Mode & 0xF000) == 0x8000;
    }
}
