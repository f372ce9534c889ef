using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Erasure;

/// <summary>Destroys what the log says is to be destroyed.</summary>
/// <remarks><code>(1) note ─► (2) log ─► (3) destroy keys ─► (4) delete blobs ─► (5) log ─► (6) done</code>
/// The event of (2) is the point of no return: after a crash behind it recovery does the rest, (3) to (5) as often as it takes.
/// Before it the note is forgotten, and nothing was destroyed. The keys go first: what a deletion leaves behind in a store, its
/// backups and its versions doesn't open then.</remarks>
internal sealed class ErasureWork(ErasureStore erasures, AgreementStore agreements, AuditLog log, BlobStore blobs) : IDisposable
{
    /// <summary>The most transfers of one erasure: its event names them, and an entry has at most 65,535 bytes.</summary>
    internal const int MaxTransfers = 1000;

    /// <summary>One at a time: what is noted and not yet logged isn't what a crash has left.</summary>
    private readonly Turn _turn = new();

    /// <summary>Erases transfers.</summary>
    /// <param name="terms">The agreement as it stands.</param>
    /// <param name="caller">Who asked; null: the agreement's own deadline.</param>
    /// <param name="scope">What was asked for.</param>
    /// <param name="found">Which transfers.</param>
    /// <param name="whole">The agreement's key too.</param>
    /// <param name="ct">Before anything is logged.</param>
    /// <returns>The event that says that it is done; null: there was nothing to do, or a hold keeps it.</returns>
    internal Task<LoggedEvent?> RunAsync(
        AgreementTerms terms, Caller? caller, string scope, IReadOnlyList<TransferId> found, bool whole, CancellationToken ct) =>
        InTurnAsync(() => RunInTurnAsync(terms, caller, scope, found, whole, ct), ct);

    /// <summary>Goes on with what a crash or an outage interrupted.</summary>
    /// <returns>How many erasures that was.</returns>
    internal Task<int> RecoverAsync(CancellationToken ct) => InTurnAsync(() => RecoverInTurnAsync(ct), ct);

    /// <summary>Does something while nothing is being erased: whoever has set a hold in it knows that nothing goes any more.</summary>
    internal Task<T> InTurnAsync<T>(Func<Task<T>> work, CancellationToken ct) => _turn.RunAsync(work, ct);

    public void Dispose() => _turn.Dispose();

    private async Task<LoggedEvent?> RunInTurnAsync(
        AgreementTerms terms, Caller? caller, string scope, IReadOnlyList<TransferId> found, bool whole, CancellationToken ct)
    {
        LoggedEvent? last = null;
        if (await erasures.HoldAsync(terms.Id, ct) is not null) return null;
        var pieces = found.Chunk(MaxTransfers).ToList();
        if (pieces.Count == 0 && whole) pieces.Add([]);
        for (var i = 0; i < pieces.Count; i++)
        {
            var erasure = new Storage.Erasure(
                Guid.NewGuid().ToString("N"), terms.Id, terms.Number, whole && i == pieces.Count - 1, pieces[i]);
            await erasures.NoteAsync(erasure, await log.SizeAsync(LogName.Of(terms.Id)), ct); // (1)
            await log.AppendAsync(new ErasureRequested(erasure.Id, scope, erasure.Transfers, erasure.Whole) { Caller = caller, Terms = terms }); // (2)
            last = await FinishAsync(erasure, terms);
        }

        return last;
    }

    private async Task<int> RecoverInTurnAsync(CancellationToken ct)
    {
        var settled = 0;
        foreach (var (erasure, isLogged, logSize) in await erasures.UnsettledAsync(ct))
        {
            try
            {
                if (await agreements.TermsAsync(erasure.Agreement, ct) is not { } terms) continue;
                if (isLogged || await IsLoggedAsync(erasure, logSize, terms, ct)) await FinishAsync(erasure, terms);
                else await erasures.ForgetAsync(erasure.Id);
                settled++;
            }
            catch (Exception e) when (e is LogUnavailableException or TransparencyException or LogRolledBackException or BlobStoreException)
            {
                // One agreement's log, or a store that is away, must not hold up the others: tried again.
            }
        }

        return settled;
    }

    private async Task<LoggedEvent> FinishAsync(Storage.Erasure erasure, AgreementTerms terms)
    {
        await erasures.DestroyAsync(erasure); // (3)
        var parts = 0;
        foreach (var transfer in erasure.Transfers)
        {
            await foreach (var blob in blobs.ListAsync(StagedTransfer.PartBlob(transfer, "x").Value[..^1], CancellationToken.None))
            {
                if (await blobs.DeleteAsync(blob, CancellationToken.None)) parts++; // (4)
            }
        }

        await foreach (var map in blobs.ListAsync(TokenMapStore.Folder(erasure.Agreement), CancellationToken.None))
            await blobs.DeleteAsync(map, CancellationToken.None);
        var keys = erasure.Transfers.Count + (erasure.Whole ? 1 : 0);
        var logged = await log.AppendAsync(new ErasureDone(erasure.Id, erasure.Transfers.Count, parts, keys) { Terms = terms }); // (5)
        await erasures.DoneAsync(erasure.Id); // (6)
        return logged;
    }

    private async Task<bool> IsLoggedAsync(Storage.Erasure erasure, long logSize, AgreementTerms terms, CancellationToken ct)
    {
        // Once this is in, no earlier append that was given up can still come in.
        await log.AppendAsync(new RecoveryRan(1) { Terms = terms });
        await foreach (var entry in log.ReadAsync(LogName.Of(erasure.Agreement), logSize, long.MaxValue, ct))
        {
            using var json = JsonDocument.Parse(entry.Data);
            if (json.RootElement.TryGetProperty("erasure", out var id) && id.ValueEquals(erasure.Id)) return true;
        }

        return false;
    }
}
