namespace SecureExchange.Gateway.Storage;

/// <summary>Makes the exceptions of one call: knows what was being done, and says nothing but that and the cause.</summary>
internal readonly record struct BlobFault(string Doing)
{
    internal static BlobFault On(string verb, BlobName name) => new($"{verb} {name}");

    /// <param name="error">What the system call left in <c>errno</c>.</param>
    internal BlobStoreException From(int error) => error switch
    {
        Posix.NoSpace or Posix.OverQuota or Posix.FileTooBig => Make(BlobStoreError.StoreFull, $"no space left (errno {error})"),
        Posix.NotPermitted or Posix.AccessDenied or Posix.ReadOnly =>
            Make(BlobStoreError.Denied, $"the store's folder can't be used so (errno {error})"),
        Posix.Loop => Tampered("a symbolic link"),
        Posix.NotDirectory => Tampered("a link or a file where a folder belongs"),
        Posix.IsDirectory => Tampered("a folder where a blob belongs"),
        _ => Away($"input/output failed (errno {error})"),
    };

    internal BlobStoreException Away(string why, Exception? inner = null) => Make(BlobStoreError.StoreAway, why, inner);

    internal BlobStoreException Tampered(string found) => Make(BlobStoreError.Tampered, found);

    internal BlobStoreException Make(BlobStoreError error, string why, Exception? inner = null) =>
        new(error, $"{Doing}: {why}", inner);
}
