using SecureExchange.Access;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;

namespace SecureExchange.Gateway.Audit;

/// <summary>The gateway verifies its own logs: what is new each time it is asked, all of each once a day. A log that isn't
/// what it was is stopped.</summary>
/// <remarks>A log that hasn't moved costs one read an hour, and once a day what it takes to read it.</remarks>
/// <param name="log">The logs.</param>
/// <param name="states">How far they were verified.</param>
/// <param name="agreements">All agreements there are.</param>
/// <param name="clock">Says when a day is over.</param>
public sealed class LogWatch(
    AuditLog log, LogWatchStore states, Func<CancellationToken, Task<IReadOnlyList<AgreementId>>> agreements, TimeProvider clock) : IDisposable
{
    /// <summary>An agreement's log that was made unseen, or one that stood still and was touched, is met within an hour.</summary>
    private static readonly TimeSpan s_round = TimeSpan.FromHours(1);

    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _turn = new(1);
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;
    private long _entries;

    /// <summary>How many entries have been verified since the start.</summary>
    public long Entries => Interlocked.Read(ref _entries);

    public void Dispose() => _turn.Dispose();

    /// <summary>Verifies what is due.</summary>
    /// <returns>The logs that were found not to be what they were, this time.</returns>
    public async Task<IReadOnlyList<(LogName Log, string Finding)>> RunAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            var isRound = now - _lookedAt >= s_round;
            IEnumerable<LogName> names = isRound ? (await agreements(ct)).Select(LogName.Of).Prepend(LogName.Gateway) : log.OpenLogs;
            var known = await states.AllAsync(ct);
            var found = new List<(LogName, string)>();
            foreach (var name in names.ToList())
            {
                var before = known.GetValueOrDefault(name.Value) ?? new WatchedLog(null, null, null);
                if (before.Finding is null && await CheckAsync(name, before, now - before.WholeAt < s_day, ct) is { } finding) found.Add((name, finding));
            }

            if (isRound) _lookedAt = now;
            return found;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Verifies all of one log, because an operator asks: what was found before is over when it is intact.</summary>
    /// <returns>Null where it is intact, or what is wrong.</returns>
    public async Task<(LoggedEvent Logged, string? Finding)> RecheckAsync(Caller caller, LogName name, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            var before = (await states.AllAsync(ct)).GetValueOrDefault(name.Value) ?? new WatchedLog(null, null, null);
            var finding = await CheckAsync(name, before, onlyNew: false, ct);
            return (await log.AppendAsync(new LogChecked(await log.TagOfAsync(name), finding is null) { Caller = caller }), finding);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs while no log is being verified: one whose key is replaced in between would seem to be forged.</summary>
    internal async Task InTurnAsync(Func<Task> work)
    {
        await _turn.WaitAsync();
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<string?> CheckAsync(LogName name, WatchedLog before, bool onlyNew, CancellationToken ct)
    {
        try
        {
            using var keys = await log.KeysOfAsync(name, ct);
            var seen = before.Checkpoint is { } note ? Checkpoint.Open(System.Text.Encoding.UTF8.GetBytes(note), keys.Verifiers) : null;
            if (onlyNew && seen is not null && await log.IsAtAsync(name, seen, ct)) return null;
            var options = onlyNew ? new FsckOptions { VerifiedUpTo = seen } : new FsckOptions { Remembered = seen };
            var report = await LogFsck.RunAsync(log.TilesOf(name), keys.Signer.Verifier, options, ct);
            Interlocked.Add(ref _entries, report.Entries);
            if (report.IsIntact)
            {
                await states.SaveAsync(name, new WatchedLog(report.Checkpoint!.Note, onlyNew ? before.WholeAt : clock.GetUtcNow(), null));
                log.Stopped.Release(name);
                return null;
            }

            return await StopAsync(name, before, report.Findings.First(f => !f.IsNote).Text);
        }
        catch (TransparencyException e)
        {
            return await StopAsync(name, before, e.Message);
        }
        catch (BlobStoreException e) when (e.Error is not (BlobStoreError.Tampered or BlobStoreError.Gone))
        {
            return null; // The store is away: there's nothing to be seen, and the next look will tell.
        }
    }

    private async Task<string> StopAsync(LogName name, WatchedLog before, string finding)
    {
        log.Stopped.Stop(name, finding); // First: nothing more goes, whatever becomes of the rest.
        await states.SaveAsync(name, before with { Finding = finding });
        if (before.Finding is null) await log.AppendAsync(new LogDiffers(await log.TagOfAsync(name)));
        return finding;
    }
}
