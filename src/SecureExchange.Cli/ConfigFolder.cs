namespace SecureExchange.Cli;

/// <summary>What sx remembers: gateways' certificates and logs' keys and checkpoints, as it first saw them; sign-ins.</summary>
internal static class ConfigFolder
{
    private static readonly string s_root = Environment.GetEnvironmentVariable("SX_CONFIG")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "sx");

    internal static byte[]? Find(string kind, string name)
    {
        var path = PathOf(kind, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    internal static void Remember(string kind, string name, ReadOnlySpan<byte> content)
    {
        var path = PathOf(kind, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Remembers a secret: mode 0600 from its first byte.</summary>
    internal static void RememberSecret(string kind, string name, ReadOnlySpan<byte> content)
    {
        var path = PathOf(kind, name);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        File.Delete(path + ".new"); // A leftover would keep its own mode.
        using (var file = new FileStream(path + ".new", options)) file.Write(content);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <returns>Whether there was something to forget.</returns>
    internal static bool Forget(string kind, string name)
    {
        var path = PathOf(kind, name);
        if (!File.Exists(path)) return false;
        File.Delete(path);
        return true;
    }

    /// <summary>Waits until no other sx works on this, until the stream is disposed.</summary>
    internal static async Task<FileStream> LockAsync(string kind, string name, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new FileStream(PathOf(kind, name) + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), ct);
            }
        }
    }

    /// <summary>Names come from elsewhere (a host, a log's origin), so the file is called by their hash.</summary>
    private static string PathOf(string kind, string name) => Path.Combine(
        s_root, kind, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))[..32]);
}
