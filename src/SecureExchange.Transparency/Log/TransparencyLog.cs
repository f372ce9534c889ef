using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Log;

/// <summary>An append-only log in a <see cref="TileStore"/> (C2SP tlog-tiles). Safe for concurrent use.</summary>
public sealed class TransparencyLog : IAsyncDisposable
{
    /// <summary>Opens a log, and finishes what a crash has left unpublished.</summary>
    /// <param name="signer">Its name is the log's origin. Stays the caller's, and must outlive the log.</param>
    /// <exception cref="TransparencyException">There is no log here, it is another key's, or it is inconsistent.</exception>
    public static Task<TransparencyLog> OpenAsync(
        TileStore store, NoteSigner signer, LogOptions options, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>The newest published checkpoint that this process has seen.</summary>
    public Checkpoint Latest => throw new NotImplementedException();

    /// <summary>Adds an entry, and returns when it is under a published checkpoint. Takes no cancellation token: nobody
    /// hangs up their way out of the log.</summary>
    /// <param name="entry">At most 65,535 bytes. Copied.</param>
    /// <exception cref="LogUnavailableException">The entry isn't known to be in: nothing may be released.</exception>
    public ValueTask<Receipt> AppendAsync(ReadOnlyMemory<byte> entry) => throw new NotImplementedException();

    /// <summary>Looks for a newer checkpoint that another process has published.</summary>
    public ValueTask<Checkpoint> RefreshAsync(CancellationToken ct) => throw new NotImplementedException();

    /// <summary>The entries from <paramref name="from"/> to before <paramref name="to"/>, each checked against the
    /// published root.</summary>
    /// <param name="to">At most the log's size.</param>
    /// <exception cref="TransparencyException">A part is missing or doesn't hash to the root.</exception>
    public IAsyncEnumerable<LogEntry> ReadAsync(long from, long to, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>The receipt of an entry as a C2SP tlog-proof, under the newest checkpoint.</summary>
    public ValueTask<string> ProveAsync(long index, CancellationToken ct) => throw new NotImplementedException();

    /// <summary>Takes no more entries, and waits for those that are on their way.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
