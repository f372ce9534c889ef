namespace SecureExchange.Cli;

/// <summary>What sx remembers: gateways' certificates and logs' keys and checkpoints, as it first saw them.</summary>
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

    /// <summary>Names come from elsewhere (a host, a log's origin), so the file is called by their hash.</summary>
    private static string PathOf(string kind, string name) => Path.Combine(
        s_root, kind, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)))[..32]);
}
