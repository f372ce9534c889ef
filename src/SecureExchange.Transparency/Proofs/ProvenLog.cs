using System.Runtime.CompilerServices;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Proofs;

/// <summary>A log under one checkpoint, for whoever reads it from elsewhere: entries and receipts from tiles that aren't
/// trusted, each checked.</summary>
/// <remarks>Not safe for concurrent use.</remarks>
public sealed class ProvenLog
{
    private readonly TileTree _tree;

    private ProvenLog(TileTree tree, Checkpoint checkpoint)
    {
        _tree = tree;
        Checkpoint = checkpoint;
    }

    /// <summary>Under which everything is proven.</summary>
    public Checkpoint Checkpoint { get; }

    /// <summary>Reads the tree's right edge.</summary>
    /// <param name="reader">The log's tiles.</param>
    /// <param name="checkpoint">Whose signature the caller has verified.</param>
    /// <param name="ct">Cancels the reading.</param>
    /// <exception cref="TransparencyException">It isn't there, or doesn't hash to the checkpoint's root.</exception>
    public static async ValueTask<ProvenLog> OpenAsync(TileReader reader, Checkpoint checkpoint, CancellationToken ct) =>
        new(await TileTree.OpenAsync(reader, checkpoint.Size, checkpoint.Root, ct), checkpoint);

    /// <summary>The entries from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The log isn't that long.</exception>
    /// <exception cref="TransparencyException">A part is missing or doesn't hash to the root.</exception>
    public async IAsyncEnumerable<LogEntry> ReadAsync(long from, long to, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Checkpoint.Size);
        for (var bundle = from / TilePath.Full; bundle * TilePath.Full < to; bundle++)
        {
            var entries = await _tree.EntriesAsync(bundle, ct);
            for (var i = 0; i < entries.Length; i++)
            {
                var index = (bundle * TilePath.Full) + i;
                if (index >= from && index < to) yield return new LogEntry(index, entries[i]);
            }
        }
    }

    /// <summary>The receipt of an entry as a C2SP tlog-proof.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The log isn't that long.</exception>
    /// <exception cref="TransparencyException">A part is missing or doesn't hash to the root.</exception>
    public async ValueTask<string> ProveAsync(long index, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Checkpoint.Size);
        return LogProof.Write(index, await TreeProver.InclusionAsync(_tree, index, ct), Checkpoint);
    }
}
