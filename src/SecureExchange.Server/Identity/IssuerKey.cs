using SecureExchange.Access;

namespace SecureExchange.Server.Identity;

/// <summary>The embedded issuer's key file: made with mode 0600 on the first start.</summary>
internal static class IssuerKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    internal static LocalIssuer Open(string dataFolder)
    {
        var folder = Path.Combine(dataFolder, "keys");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "issuer.pem");
        if (!File.Exists(path)) Create(path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new InvalidOperationException("keys/issuer.pem: others on this host may read it; chmod 600 it, and delete it if they did");
        return LocalIssuer.FromPem(File.ReadAllText(path));
    }

    private static void Create(string path)
    {
        using var issuer = LocalIssuer.Create();
        File.Delete(path + ".new"); // A leftover would keep its own mode.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var file = new StreamWriter(path + ".new", options)) file.Write(issuer.ExportPem());
        File.Move(path + ".new", path);
    }
}
