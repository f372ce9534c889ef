namespace SecureExchange.Gateway.Keys;

/// <summary>A secret in a file that only the gateway's user may read.</summary>
internal static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads a key file, refusing one that group or others may read.</summary>
    internal static byte[] Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new KeyException(KeyError.Readable, Path.GetFileName(path));
        return File.ReadAllBytes(path);
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
    }
}
