namespace SecureExchange.Gateway.Keys;

/// <summary>Root keys in the data folder, raw: <c>keys/root.key</c>, after a rotation <c>keys/root-2.key</c> and so on. As safe as the
/// folder.</summary>
internal sealed class FileRootKey(string folder) : RootKeyPlace
{
    internal const string Place = "file";

    /// <summary>The file's name has no epoch in the first one, from before there were epochs.</summary>
    internal static string NameOf(int epoch) => epoch == 1 ? "root.key" : $"root-{epoch}.key";

    internal override Task<string> KeepAsync(int epoch, SecretBytes root, CancellationToken ct)
    {
        KeyFile.Destroy(PathOf(epoch));
        KeyFile.Create(PathOf(epoch), root.Span);
        return Task.FromResult(Place);
    }

    internal override Task<SecretBytes?> FindAsync(int epoch, string place, CancellationToken ct)
    {
        var path = PathOf(epoch);
        if (!File.Exists(path)) return Task.FromResult<SecretBytes?>(null);
        var root = new SecretBytes(KeyFile.Read(path));
        if (root.Span.Length == KeySize) return Task.FromResult<SecretBytes?>(root);
        root.Dispose();
        throw new KeyException(KeyError.Malformed, NameOf(epoch));
    }

    internal override Task DestroyAsync(int epoch, string place, CancellationToken ct)
    {
        KeyFile.Destroy(PathOf(epoch));
        return Task.CompletedTask;
    }

    private string PathOf(int epoch) => Path.Combine(folder, NameOf(epoch));
}
