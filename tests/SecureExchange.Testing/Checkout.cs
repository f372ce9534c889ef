namespace SecureExchange.Testing;

/// <summary>Where the repository is: the folder above the test binaries that holds the solution.</summary>
public static class Checkout
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "SecureExchange.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"no SecureExchange.sln above {from}");
    }
}
