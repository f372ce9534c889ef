namespace SecureExchange.Gateway.Storage;

/// <summary>Keeps a second gateway out of the same folder: recovery would take the first one's stages for leftovers.</summary>
internal static class DataLock
{
    /// <summary>Takes the folder, until the stream is disposed or the process ends.</summary>
    /// <exception cref="IOException">It's taken.</exception>
    internal static FileStream Take(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "gateway.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException("another gateway works on this data folder; stop it first, or give this one its own", e);
        }
    }
}
