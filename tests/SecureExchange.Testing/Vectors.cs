namespace SecureExchange.Testing;

/// <summary>The public test vectors beside the checkout (or where SX_VECTORS says). They aren't part of the project:
/// where they're missing, the test skips and says so.</summary>
public static class Vectors
{
    /// <summary>The full path of a vector file or folder; skips the calling test where it isn't there.</summary>
    /// <param name="path">Relative to the vectors' folder, with <c>/</c>.</param>
    public static string Path(string path)
    {
        if (Find(path) is { } full) return full;
        Assert.Skip($"no public vectors here: {path} (set SX_VECTORS)");
        return "";
    }

    /// <summary>The same; null where it isn't there.</summary>
    public static string? Find(string path)
    {
        var root = Environment.GetEnvironmentVariable("SX_VECTORS")
            ?? System.IO.Path.Combine(Checkout.Root, "..", "shared", "vectors");
        var full = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, path));
        return File.Exists(full) || Directory.Exists(full) ? full : null;
    }

    public static byte[] Read(string path) => File.ReadAllBytes(Path(path));
}
