using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Fsck;

/// <summary>Verifies a whole log from its entries up.</summary>
public static class LogFsck
{
    /// <summary>Recomputes everything from the entries, and holds it against tiles and checkpoint.</summary>
    /// <param name="verifier">The log's key. Its name is the log's origin.</param>
    public static Task<FsckReport> RunAsync(
        TileReader tiles, NoteVerifier verifier, FsckOptions options, CancellationToken ct) => throw new NotImplementedException();
}
