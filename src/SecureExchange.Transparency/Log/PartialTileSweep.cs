using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Log;

/// <summary>Deletes partial tiles whose full tile is published, beside the writer and not in its way.</summary>
internal sealed class PartialTileSweep(TileStore store)
{
    private const int Parallel = 8;

    private readonly Lock _lock = new();
    private Task _last = Task.CompletedTask;

    /// <summary>Ends when nothing is being deleted.</summary>
    internal Task WhenDone
    {
        get
        {
            lock (_lock) return _last;
        }
    }

    /// <summary>Sees to the tiles that were partial at one size, and are full at a later one.</summary>
    internal void Start(long before, long after)
    {
        if (!store.CanList || before / TilePath.Full == after / TilePath.Full) return;
        lock (_lock) _last = SweepAsync(_last, before, after);
    }

    private async Task SweepAsync(Task previous, long before, long after)
    {
        await Task.Yield();
        await previous;
        try
        {
            for (var level = TilePath.Entries; level < 1 || (level < TilePath.Levels && after >> (8 * level) > 0); level++)
            {
                var shift = 8 * (Math.Max(level, 0) + 1);
                var index = before >> shift;
                if (index < after >> shift) await SweepAsync(new TilePath(level, index, TilePath.Full));
            }
        }
        catch (Exception)
        {
            // A store that is away, or that forbids deleting: what stays does no harm.
        }
    }

    private async Task SweepAsync(TilePath full)
    {
        var partial = new List<string>();
        await foreach (var path in store.ListAsync(full.PartialPrefix, CancellationToken.None)) partial.Add(path);
        foreach (var some in partial.Chunk(Parallel))
            await Task.WhenAll(some.Select(path => store.DeleteAsync(path, CancellationToken.None).AsTask()));
    }
}
