using System.Security.Cryptography;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Keys;

/// <summary>A secret in a file that only the gateway's user may read.</summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads a key file, refusing one that group or others may read.</summary>
    internal static byte[] Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~Allowed(path)) != 0)
            throw new KeyException(KeyError.Readable, Path.GetFileName(path));
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        var content = SecretBytes.Pinned(checked((int)file.Length));
        file.ReadExactly(content);
        return content;
    }

    /// <summary>Writes a new key file: mode 0600 from its first byte, whole or not at all, never over another.</summary>
    internal static void Create(string path, ReadOnlySpan<byte> content)
    {
        var staging = path + ".new";
        File.Delete(staging);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(staging, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(staging, path, overwrite: false);
        SyncFolder(path);
    }

    /// <summary>Overwrites and deletes a key file. What a journal, a snapshot or the flash behind keeps of it is out of reach.</summary>
    internal static void Destroy(string path)
    {
        if (!File.Exists(path)) return;
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(RandomNumberGenerator.GetBytes(checked((int)file.Length)));
            file.Flush(flushToDisk: true);
        }

        File.Delete(path);
        SyncFolder(path);
    }

    /// <summary>A name that was made or removed is durable only with its folder.</summary>
    private static void SyncFolder(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        var fault = new BlobFault("make the keys' folder durable");
        using var folder = Posix.OpenRoot(Path.GetDirectoryName(Path.GetFullPath(path))!, fault);
        Posix.Sync(folder, fault);
    }

    /// <summary>systemd lets a service at its credentials with an access list, which a mode shows as the group's: the folder around
    /// them is the service's alone.</summary>
    private static UnixFileMode Allowed(string path) =>
        Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } folder
            && Path.GetFullPath(path).StartsWith(Path.GetFullPath(folder).TrimEnd('/') + "/", StringComparison.Ordinal)
            ? OwnerOnly | UnixFileMode.GroupRead
            : OwnerOnly;
}
