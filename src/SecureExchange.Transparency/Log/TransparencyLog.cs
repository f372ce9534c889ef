using System.Runtime.CompilerServices;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Proofs;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Log;

/// <summary>An append-only log in a <see cref="TileStore"/> (C2SP tlog-tiles). Safe for concurrent use, and for any number
/// of processes over the same store.</summary>
/// <remarks>
/// <code>
/// append ─► wait with the others ─► one batch: <see cref="LogWriter"/> (1)–(4) ─► receipts
/// </code>
/// An idle log has no thread, no timer, and of its state only what the garbage collector leaves it.
/// </remarks>
public sealed class TransparencyLog : IAsyncDisposable
{
    /// <summary>Most bytes of an entry: tlog-tiles has two bytes for its length.</summary>
    public const int MaxEntrySize = EntryBundle.MaxEntry;

    private readonly TileStore _store;
    private readonly LogOptions _options;
    private readonly NoteVerifier _verifier;
    private readonly LogWriter _writer;
    private readonly PendingEntries _pending;
    private readonly PartialTileSweep _sweep;

    /// <summary>Up to 100 kB, and there may be ten thousand logs. Loaded again when it was collected.</summary>
    private readonly WeakReference<LogTip> _tip;

    private readonly Lock _latestLock = new();
    private Checkpoint _latest;

    private TransparencyLog(TileStore store, NoteSigner signer, LogOptions options, LogWriter writer, LogTip tip)
    {
        _store = store;
        _options = options;
        _verifier = signer.Verifier;
        _writer = writer;
        _pending = new PendingEntries(options);
        _sweep = new PartialTileSweep(store);
        _tip = new WeakReference<LogTip>(tip);
        _latest = tip.Checkpoint;
    }

    /// <summary>Opens a log, and finishes what a crash has left unpublished.</summary>
    /// <param name="signer">Its name is the log's origin. Stays the caller's, and must outlive the log.</param>
    /// <exception cref="TransparencyException">There is no log here, it is another key's, or it is inconsistent.</exception>
    /// <exception cref="LogUnavailableException">The store failed.</exception>
    public static async Task<TransparencyLog> OpenAsync(
        TileStore store, NoteSigner signer, LogOptions options, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatchEntries, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxBatchEntries, 65_536, nameof(options));
        var writer = new LogWriter(store, signer, options.Second, options.Time);
        try
        {
            var tip = await writer.LoadAsync(null, options.CreateIfMissing, ct);
            return new TransparencyLog(store, signer, options, writer, tip);
        }
        catch (Exception e) when (IsStoreFailure(e))
        {
            throw new LogUnavailableException(LogUnavailableReason.StoreFailed, e);
        }
    }

    /// <summary>The log's key.</summary>
    public NoteVerifier Verifier => _verifier;

    /// <summary>The newest published checkpoint that this process has seen.</summary>
    public Checkpoint Latest
    {
        get
        {
            lock (_latestLock) return _latest;
        }
    }

    /// <summary>Adds an entry, and returns when it is under a published checkpoint. Takes no cancellation token: nobody
    /// hangs up their way out of the log.</summary>
    /// <param name="entry">At most <see cref="MaxEntrySize"/> bytes. Copied.</param>
    /// <exception cref="LogUnavailableException">The entry isn't known to be in: nothing may be released.</exception>
    public ValueTask<Receipt> AppendAsync(ReadOnlyMemory<byte> entry)
    {
        if (entry.Length > MaxEntrySize) throw new ArgumentException($"at most {MaxEntrySize} bytes", nameof(entry));
        return new ValueTask<Receipt>(Enqueue(new EntryDraft(entry.ToArray(), []))!); // It expects no number.
    }

    /// <summary>Adds an entry whose numbers the log fills in (<see cref="EntryNumber"/>); the rest as above.</summary>
    /// <returns>Null where another entry has the number that this one expected: then it isn't in, and never comes in.</returns>
    /// <exception cref="LogUnavailableException">The entry isn't known to be in: nothing may be released.</exception>
    public ValueTask<Receipt?> AppendAsync(EntryDraft entry) => new(Enqueue(entry));

    /// <summary>Looks for a newer checkpoint that another process has published.</summary>
    /// <exception cref="TransparencyException">The published one is older, or contradicts what was seen.</exception>
    public async ValueTask<Checkpoint> RefreshAsync(CancellationToken ct)
    {
        var before = Latest;
        var bytes = await _store.ReadAsync(Checkpoint.Path, ct)
            ?? throw new TransparencyException(TransparencyError.ObjectMissing, Checkpoint.Path);
        var published = Checkpoint.Open(bytes.Span, _verifier);
        if (published.Size < before.Size) throw new TransparencyException(TransparencyError.CheckpointRolledBack, Checkpoint.Path);
        if (published.Size == before.Size && published.Root != before.Root)
            throw new TransparencyException(TransparencyError.Forked, Checkpoint.Path);
        Saw(published);
        return Latest;
    }

    /// <summary>The entries from <paramref name="from"/> to before <paramref name="to"/>, each checked against the
    /// published root.</summary>
    /// <param name="from">0 or more.</param>
    /// <param name="to">At most the log's size.</param>
    /// <exception cref="ArgumentOutOfRangeException">The log isn't that long.</exception>
    /// <exception cref="TransparencyException">A part is missing or doesn't hash to the root.</exception>
    public async IAsyncEnumerable<LogEntry> ReadAsync(long from, long to, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        if (from == to) yield break;
        var tree = await OpenTreeAsync(await CoverAsync(to - 1, nameof(to), ct), ct);
        for (var bundle = from / TilePath.Full; bundle * TilePath.Full < to; bundle++)
        {
            var entries = await tree.EntriesAsync(bundle, ct);
            for (var i = 0; i < entries.Length; i++)
            {
                var index = bundle * TilePath.Full + i;
                if (index >= from && index < to) yield return new LogEntry(index, entries[i]);
            }
        }
    }

    /// <summary>Some entries, each checked against the published root.</summary>
    /// <param name="indexes">Ascending, and below the log's size.</param>
    /// <exception cref="ArgumentOutOfRangeException">They don't ascend, or the log isn't that long.</exception>
    /// <exception cref="TransparencyException">A part is missing or doesn't hash to the root.</exception>
    public async IAsyncEnumerable<LogEntry> ReadAsync(IReadOnlyList<long> indexes, [EnumeratorCancellation] CancellationToken ct)
    {
        if (indexes.Count == 0) yield break;
        ArgumentOutOfRangeException.ThrowIfNegative(indexes[0], nameof(indexes));
        var tree = await OpenTreeAsync(await CoverAsync(indexes[^1], nameof(indexes), ct), ct);
        ReadOnlyMemory<byte>[] entries = [];
        long? bundle = null;
        for (var i = 0; i < indexes.Count; i++)
        {
            var index = indexes[i];
            if (i > 0) ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(index, indexes[i - 1], nameof(indexes));
            if (bundle != index / TilePath.Full) entries = await tree.EntriesAsync(index / TilePath.Full, ct);
            bundle = index / TilePath.Full;
            yield return new LogEntry(index, entries[index % TilePath.Full]);
        }
    }

    /// <summary>The receipt of an entry as a C2SP tlog-proof, under the newest checkpoint.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The log isn't that long.</exception>
    /// <exception cref="TransparencyException">A part is missing or doesn't hash to the root.</exception>
    public async ValueTask<string> ProveAsync(long index, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return await ProveAsync(index, await CoverAsync(index, nameof(index), ct), ct);
    }

    /// <summary>The same under an earlier checkpoint, one that witnesses have seen.</summary>
    /// <param name="index">0 to before the checkpoint's size.</param>
    /// <param name="under">A checkpoint of this log.</param>
    /// <exception cref="TransparencyException">A part is missing or doesn't hash to the root.</exception>
    public async ValueTask<string> ProveAsync(long index, Checkpoint under, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, under.Size);
        var tree = await OpenTreeAsync(under, ct);
        return LogProof.Write(index, await TreeProver.InclusionAsync(tree, index, ct), under);
    }

    /// <summary>That the log under a checkpoint contains the log as it was at an earlier size (RFC 6962 §2.1.2), for
    /// <see cref="ConsistencyProof.Verify"/>.</summary>
    /// <param name="oldSize">1 to the checkpoint's size.</param>
    /// <param name="under">A checkpoint of this log.</param>
    /// <exception cref="TransparencyException">A part is missing or doesn't hash to the root.</exception>
    public async ValueTask<IReadOnlyList<MerkleHash>> ProveConsistencyAsync(long oldSize, Checkpoint under, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(oldSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, under.Size);
        return await TreeProver.ConsistencyAsync(await OpenTreeAsync(under, ct), oldSize, ct);
    }

    /// <summary>The root that the log had at a size.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The log isn't that long.</exception>
    /// <exception cref="TransparencyException">A part is missing or doesn't hash to the root.</exception>
    public async ValueTask<MerkleHash> RootAsync(long size, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (size == 0) return MerkleTree.EmptyRoot;
        return await (await OpenTreeAsync(await CoverAsync(size - 1, nameof(size), ct), ct)).RangeAsync(0, size, ct);
    }

    /// <summary>Takes no more entries, and waits for those that are on their way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pending.CloseAsync(new LogUnavailableException(LogUnavailableReason.Closed));
        await _sweep.WhenDone;
    }

    private Task<Receipt?> Enqueue(EntryDraft entry)
    {
        var pending = new PendingEntry(entry);

        // Not on the caller's thread, and without its context: the batch is everybody's.
        if (_pending.Add(pending)) ThreadPool.UnsafeQueueUserWorkItem(log => _ = log.DrainAsync(), this, preferLocal: false);
        return pending.Task;
    }

    /// <summary>Commits batch after batch until nothing waits. Never throws: whoever waits is told.</summary>
    private async Task DrainAsync()
    {
        _tip.TryGetTarget(out var tip);
        while (_pending.Take() is { Count: > 0 } batch)
        {
            try
            {
                if (_pending.Refusal is { Reason: LogUnavailableReason.Inconsistent } refusal) throw refusal.InnerException!;
                tip ??= await _writer.LoadAsync(null, create: false, CancellationToken.None);
                var before = tip.Edge.Size;
                (tip, var numbered) = await _writer.CommitAsync(tip, [.. batch.Select(pending => pending.Draft)]);
                _tip.SetTarget(tip);
                Saw(tip.Checkpoint);
                for (var i = 0; i < batch.Count; i++)
                    batch[i].SetResult(numbered.IndexOf(i) is { } index ? new Receipt(index, tip.Checkpoint) : null);
                if (_options.DeletePartialTiles) _sweep.Start(before, tip.Edge.Size);
            }
            catch (Exception e)
            {
                tip = null;
                _tip.SetTarget(null!);
                Fail(batch, e);
            }
        }
    }

    private void Fail(List<PendingEntry> batch, Exception e)
    {
        // What contradicts itself today won't be right in a second, and each attempt could make it worse.
        if (e is TransparencyException) _ = _pending.CloseAsync(new LogUnavailableException(LogUnavailableReason.Inconsistent, e));
        foreach (var pending in batch)
        {
            pending.SetException(e switch
            {
                LogUnavailableException known => new LogUnavailableException(known.Reason, known.InnerException),
                TransparencyException => new LogUnavailableException(LogUnavailableReason.Inconsistent, e),
                _ => new LogUnavailableException(LogUnavailableReason.StoreFailed, e),
            });
        }
    }

    private void Saw(Checkpoint checkpoint)
    {
        lock (_latestLock)
        {
            if (checkpoint.Size > _latest.Size) _latest = checkpoint;
        }
    }

    /// <summary>A checkpoint that has this entry under it, another process's if need be.</summary>
    private async ValueTask<Checkpoint> CoverAsync(long index, string parameter, CancellationToken ct)
    {
        var checkpoint = Latest;
        if (index >= checkpoint.Size) checkpoint = await RefreshAsync(ct);
        return index < checkpoint.Size
            ? checkpoint
            : throw new ArgumentOutOfRangeException(parameter, index, $"the log has {checkpoint.Size} entries");
    }

    private ValueTask<TileTree> OpenTreeAsync(Checkpoint checkpoint, CancellationToken ct) =>
        TileTree.OpenAsync(_store, checkpoint.Size, checkpoint.Root, ct);

    private static bool IsStoreFailure(Exception e) =>
        e is not (TransparencyException or LogUnavailableException or OperationCanceledException);
}
