using System.Security.Cryptography;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Log;

/// <summary>Commits batches of entries, together with any number of other writers over the same store.</summary>
/// <remarks><code>
/// (1) load: head, checkpoint, right edge ─► (2) replace head ─► (3) write tiles ─► (4) replace checkpoint
/// </code>
/// (2) is the commit: a compare-and-swap, so of two writers one wins, and the other starts again on top of the winner's
/// batch. From then on the contents of (3) and (4) are determined by the head alone, and whoever comes next finishes them
/// (in (1)) before it commits a batch of its own. So a crash leaves at most one batch unpublished, and recovery is what
/// every load does. Nothing is signed as a checkpoint before (2) has succeeded.
/// </remarks>
internal sealed class LogWriter(TileStore store, NoteSigner signer, NoteSigner? second, TimeProvider time)
{
    /// <summary>Lost races in a row. With three busy writers of equal speed, 64 come once in 10^11 batches.</summary>
    private const int MaxAttempts = 64;

    /// <summary>The newest batches, over which busy writers share.</summary>
    private const int FairnessWindow = 8;

    /// <summary>A lone writer's batches between two gaps: they cost it some 5 %.</summary>
    private const int FairnessEvery = 40;

    /// <summary>Long enough to load the newest state and replace it, in batches.</summary>
    private const int GapForUnseen = 2;

    /// <summary>A store that answers faster leaves it to the scheduler who comes first.</summary>
    private static readonly TimeSpan s_leastTook = TimeSpan.FromMilliseconds(2);

    private readonly NoteVerifier _verifier = signer.Verifier;
    private readonly ulong _id = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private long _batches;
    private long _alone;
    private TimeSpan _commitTook;
    private long _committed;

    /// <summary>(1) The newest state of the store, after publishing what is committed and isn't published.</summary>
    /// <param name="known">An earlier state, which may save reading the edge.</param>
    /// <exception cref="TransparencyException">The store has no log, another key's, or an inconsistent one.</exception>
    internal async ValueTask<LogTip> LoadAsync(LogTip? known, bool create, CancellationToken ct)
    {
        string? refusedVersion = null;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await store.ReadVersionedAsync(Head.Path, ct) is not { } stored)
            {
                await RequireEmptyAsync(ct);
                if (!create) throw new TransparencyException(TransparencyError.LogMissing);
                await store.SwapAsync(Head.Path, Head.Empty().Encode(signer), null, ct);
                continue; // Whether it was us or another: read what is there now.
            }

            var head = Head.Open(stored.Content, _verifier);
            var published = await ReadCheckpointAsync(ct);
            if (Contradiction(head, published?.Checkpoint) is not { } error)
                return await CatchUpAsync(head, stored.Version, published, known, ct);

            // Between the two reads another writer may have moved both. If head stands still, it wasn't that.
            if (refusedVersion == stored.Version) throw new TransparencyException(error, Checkpoint.Path);
            refusedVersion = stored.Version;
        }

        throw new LogUnavailableException(LogUnavailableReason.Contended);
    }

    /// <summary>(2) to (4) for some entries, again and again until they are in.</summary>
    /// <returns>The new state, whose checkpoint covers them, and the entries as they are in.</returns>
    /// <exception cref="LogUnavailableException">They may or may not be in.</exception>
    internal async ValueTask<(LogTip Tip, NumberedBatch Batch)> CommitAsync(LogTip tip, IReadOnlyList<EntryDraft> drafts)
    {
        var number = ++_batches;
        await GiveWayAsync(tip);
        var isFresh = false;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var begun = time.GetTimestamp();
            var batch = NumberedBatch.On(tip.Head, drafts);
            if (!batch.IsWhole && !isFresh)
            {
                // Whoever expects a number may know a newer state than this writer does.
                tip = await LoadAsync(tip, create: false, CancellationToken.None);
                isFresh = true;
                continue;
            }

            if (batch.Entries.Count == 0) return (tip, batch);
            var (edge, writes) = tip.Edge.Append(batch.Entries);
            var head = tip.Head.Next(_id, number, batch, edge.Size, edge.Root);
            Exception? failure = null;
            string? version = null;
            try
            {
                version = await store.SwapAsync(Head.Path, head.Encode(signer), tip.HeadVersion, CancellationToken.None);
            }
            catch (Exception e) when (e is not TransparencyException)
            {
                failure = e;
            }

            if (version is not null)
            {
                tip = await PublishAsync(head, version, edge, writes, tip.CheckpointVersion, CancellationToken.None);
                _committed = time.GetTimestamp();
                var took = time.GetElapsedTime(begun, _committed);
                _commitTook = took > s_leastTook ? took : s_leastTook;
                return (tip, batch);
            }

            // Lost, or not known: an answer that got lost on its way is found by the batch's mark, so that nothing is
            // appended twice. Only the newest attempt can be in: of each before, the state that came after it has no mark.
            var now = await LoadAsync(tip, create: false, CancellationToken.None);
            if (now.Head.Recent.Any(mark => mark.Writer == _id && mark.Number == number)) return (now, batch);
            var isForgotten = now.Head.Recent[0].From > tip.Edge.Size;
            if (failure is not null || (isForgotten && await MayBeInAsync(now, tip.Edge.Size, batch.Entries[0])))
                throw new LogUnavailableException(LogUnavailableReason.StoreFailed, failure);
            (tip, isFresh) = (now, true);
        }

        throw new LogUnavailableException(LogUnavailableReason.Contended);
    }

    /// <summary>Whoever has won knows the newest state first, and would win again: with always something to write, one or
    /// two writers would starve a third, which never catches up. So after a batch a writer waits as long as its share of
    /// the newest ones took, which is time for the others, whatever the store. One that is alone can't see who has never come
    /// in, and leaves a gap now and then.</summary>
    private Task GiveWayAsync(LogTip tip)
    {
        var marks = tip.Head.Recent.Where(mark => mark.Number > 0).ToList(); // 0: the beginning.
        var isAlone = marks.TrueForAll(mark => mark.Writer == _id);
        var share = isAlone ? GapForUnseen : marks.TakeLast(FairnessWindow).Count(mark => mark.Writer == _id);
        if (isAlone && ++_alone % FairnessEvery != 0) return Task.CompletedTask;
        var left = share * _commitTook - time.GetElapsedTime(_committed);
        return left <= TimeSpan.Zero
            ? Task.CompletedTask
            : Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time);
    }

    /// <summary>So many batches have come since that the head has forgotten ours. It can only be in where it was meant to
    /// be: if another entry stands there, it isn't. If the same does, it may be another writer's, and nobody can tell.
    /// </summary>
    private async ValueTask<bool> MayBeInAsync(LogTip now, long index, ReadOnlyMemory<byte> first)
    {
        var tree = await TileTree.OpenAsync(store, now.Head.Size, now.Head.Root, CancellationToken.None);
        return await tree.RangeAsync(index, 1, CancellationToken.None) == MerkleTree.Leaf(first.Span);
    }

    /// <summary>The published checkpoint and its version.</summary>
    internal async ValueTask<(Checkpoint Checkpoint, string Version)?> ReadCheckpointAsync(CancellationToken ct) =>
        await store.ReadVersionedAsync(Checkpoint.Path, ct) is { } stored
            ? (Checkpoint.Open(stored.Content.Span, _verifier), stored.Version)
            : null;

    /// <summary>Of an honest log the published checkpoint is the head's or the one before it.</summary>
    private static TransparencyError? Contradiction(Head head, Checkpoint? published)
    {
        if (published is null) return head.Size == 0 ? null : TransparencyError.ObjectMissing;
        if (published.Size == head.Size) return published.Root == head.Root ? null : TransparencyError.Forked;
        if (published.Size == head.From) return null;
        return published.Size > head.Size ? TransparencyError.HeadRolledBack : TransparencyError.CheckpointRolledBack;
    }

    /// <summary>A log whose head is gone must not be begun anew over what is left of it.</summary>
    private async ValueTask RequireEmptyAsync(CancellationToken ct)
    {
        var isEmpty = await store.ReadAsync(Checkpoint.Path, ct) is null;
        if (isEmpty && store.CanList)
        {
            await using var tiles = store.ListAsync(TilePath.Prefix, ct).GetAsyncEnumerator(ct);
            isEmpty = !await tiles.MoveNextAsync();
        }

        // Another writer may have begun it since.
        if (!isEmpty && await store.ReadAsync(Head.Path, ct) is null) throw new TransparencyException(TransparencyError.HeadMissing);
    }

    private async ValueTask<LogTip> CatchUpAsync(
        Head head, string version, (Checkpoint Checkpoint, string Version)? published, LogTip? known, CancellationToken ct)
    {
        if (published is { } newest && newest.Checkpoint.Size == head.Size)
        {
            var current = known is not null && known.Edge.Size == head.Size && known.Edge.Root == head.Root
                ? known.Edge
                : await LogEdge.LoadAsync(store, head.Size, head.Root, ct);
            return new LogTip(head, version, newest.Version, current, newest.Checkpoint);
        }

        var edge = LogEdge.Empty;
        if (published is { } before)
        {
            edge = known is not null && known.Edge.Size == head.From && known.Edge.Root == before.Checkpoint.Root
                ? known.Edge
                : await LogEdge.LoadAsync(store, head.From, before.Checkpoint.Root, ct);
        }

        var (next, writes) = edge.Append(Decode(head));
        if (next.Size != head.Size || next.Root != head.Root)
            throw new TransparencyException(TransparencyError.TreeInconsistent, Head.Path);
        return await PublishAsync(head, version, next, writes, published?.Version, ct);
    }

    /// <summary>(3) and (4).</summary>
    private async ValueTask<LogTip> PublishAsync(
        Head head, string version, LogEdge edge, IReadOnlyList<TileWrite> writes, string? checkpointVersion, CancellationToken ct)
    {
        await Task.WhenAll(writes.Select(write => WriteAsync(write, ct)));

        var checkpoint = Checkpoint.Sign(signer, edge.Size, edge.Root, second);
        var note = System.Text.Encoding.UTF8.GetBytes(checkpoint.Note);
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (await store.SwapAsync(Checkpoint.Path, note, checkpointVersion, ct) is { } swapped)
                return new LogTip(head, version, swapped, edge, checkpoint);

            // Another writer has published it for us, and may have gone on since.
            var published = await ReadCheckpointAsync(ct)
                ?? throw new TransparencyException(TransparencyError.ObjectMissing, Checkpoint.Path);
            checkpointVersion = published.Version;
            if (published.Checkpoint.Size <= edge.Size && Contradiction(head, published.Checkpoint) is { } error)
                throw new TransparencyException(error, Checkpoint.Path);
            if (published.Checkpoint.Size < edge.Size) continue;
            return new LogTip(head, version, checkpointVersion, edge, checkpoint);
        }

        throw new LogUnavailableException(LogUnavailableReason.Contended);
    }

    private async Task WriteAsync(TileWrite write, CancellationToken ct)
    {
        var path = write.Path.ToString();
        if (await store.CreateAsync(path, write.Content, ct)) return;

        // Written before us by a writer of the same batch. Anything else there would be a log that contradicts itself.
        if (await store.ReadAsync(path, ct) is { } present)
        {
            if (present.Span.SequenceEqual(write.Content)) return;
        }
        else if (write.Path.Width < TilePath.Full && await store.ReadAsync(write.Path.AsFull().ToString(), ct) is not null)
        {
            return; // Deleted since the full tile is there: others have gone on.
        }

        throw new TransparencyException(TransparencyError.TreeInconsistent, path);
    }

    private static List<ReadOnlyMemory<byte>> Decode(Head head)
    {
        var entries = new List<ReadOnlyMemory<byte>>();
        for (var rest = head.Entries; !rest.IsEmpty;)
        {
            if (!EntryBundle.TryTake(ref rest, out var entry)) throw new TransparencyException(TransparencyError.MalformedHead);
            entries.Add(entry);
        }

        return entries;
    }
}
