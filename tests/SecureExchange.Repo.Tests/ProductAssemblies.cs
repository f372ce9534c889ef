using System.Reflection;

namespace SecureExchange.Repo.Tests;

/// <summary>What is built from <c>src</c>, as it lies beside the tests.</summary>
internal static class ProductAssemblies
{
    private static readonly string[] s_names =
    [
        "SecureExchange.Cryptography", "SecureExchange.OpenPgp", "SecureExchange.Masking", "SecureExchange.Access",
        "SecureExchange.Transparency", "SecureExchange.Gateway", "SecureExchange.Server", "sx",
    ];

    internal static IReadOnlyList<Assembly> All { get; } = [.. s_names.Select(Load)];

    internal static Assembly Load(string name) => Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"));
}
