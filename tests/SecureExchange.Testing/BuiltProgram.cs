namespace SecureExchange.Testing;

/// <summary>The product's programs, as this test run's own configuration built them.</summary>
public static class BuiltProgram
{
    public static string Server { get; } = Find("SecureExchange.Server", "SecureExchange.Server.dll");

    public static string Cli { get; } = Find("SecureExchange.Cli", "sx.dll");

    /// <summary>What a program of ours may inherit: everything but the settings of another gateway or of this test run.</summary>
    internal static void Isolate(System.Diagnostics.ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(n => n.StartsWith("SX_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
    }

    private static string Find(string project, string file)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var path = System.IO.Path.Combine(Checkout.Root, "artifacts/bin", project, configuration, file);
        return File.Exists(path) ? path : throw new InvalidOperationException($"{file} isn't built as {configuration}");
    }
}
