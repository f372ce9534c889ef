using SecureExchange.Access;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Audit;

/// <summary>The gateway verifies its own logs: what is new each time it is asked, all of each once a day. A log that isn't
/// what it was is stopped.</summary>
/// <remarks>A log that hasn't moved for an hour costs once a day what it takes to read it, at its own time of the day.</remarks>
/// <param name="log">The logs.</param>
/// <param name="states">How far they were verified.</param>
/// <param name="agreements">All agreements there are.</param>
/// <param name="clock">Says when a day is over.</param>
public sealed class LogWatch(
    AuditLog log, LogWatchStore states, Func<CancellationToken, Task<IReadOnlyList<AgreementId>>> agreements, TimeProvider clock) : IDisposable
{
    /// <summary>A log is looked at each time for so long after it has moved; one that stands still and is touched is met within a day.</summary>
    private static readonly TimeSpan s_active = TimeSpan.FromHours(1);

    /// <summary>What was verified as a whole so lately is, at its turn, only looked at: after a start all have a turn.</summary>
    private static readonly TimeSpan s_lately = TimeSpan.FromHours(12);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly Turns<LogName> _turns = new(TimeSpan.FromDays(1), async ct => [.. (await agreements(ct)).Select(LogName.Of).Prepend(LogName.Gateway)]);
    private readonly Dictionary<LogName, (long Size, DateTimeOffset At)> _moved = [];
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
            var due = (await _turns.DueAsync(now, ct)).ToHashSet();
            var found = new List<(LogName, string)>();
            foreach (var name in due.Union(await ActiveAsync(now)).ToList())
            {
                var before = await states.FindAsync(name, ct);
                var onlyNew = !due.Contains(name) || now - before.WholeAt < s_lately;
                if (before.Finding is null && await CheckAsync(name, before, onlyNew, ct) is { } finding) found.Add((name, finding));
            }

            _turns.Done(now);
            return found;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Verifies all of one log, because an operator asks: what was found before is over when it is intact.</summary>
    /// <returns>Null where it is intact, or what is wrong.</returns>
    public async Task<(LoggedEvent Logged, string? Finding)> RecheckAsync(Grant grant, LogName name, CancellationToken ct)
    {
        var caller = grant.Require(Permission.RecheckLog).Caller;
        await _turn.WaitAsync(ct);
        try
        {
            var before = await states.FindAsync(name, ct);
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

    private async Task<IReadOnlyList<LogName>> ActiveAsync(DateTimeOffset now)
    {
        var active = new List<LogName>();
        foreach (var (name, size) in await log.OpenSizesAsync())
        {
            if (!_moved.TryGetValue(name, out var moved) || moved.Size != size) _moved[name] = moved = (size, now);
            if (now - moved.At < s_active) active.Add(name);
        }

        return active;
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
        try
        {
            if (before.Finding is null) await log.AppendAsync(new LogDiffers(await log.TagOfAsync(name)));
        }
        catch (LogUnavailableException)
        {
            return finding; // Not remembered, so that the next look finds it again and says so; the others mustn't wait.
        }

        await states.SaveAsync(name, before with { Finding = finding });
        return finding;
    }
}
