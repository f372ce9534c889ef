using SecureExchange.Access;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Audit.Search;

/// <summary>Holds the index against the logs once a day, and when an operator asks. An index that isn't what its log makes of it answers
/// nothing more, until it is made anew.</summary>
/// <remarks>A log that nobody has asked since costs nothing: asking is an event, so what was asked has grown.</remarks>
public sealed class IndexWatch
{
    private readonly AuditLog _log;
    private readonly AuditIndex _index;
    private readonly TimeProvider _clock;
    private readonly Turns<LogName> _turns;

    internal IndexWatch(AuditLog log, AuditIndex index, TimeProvider clock)
    {
        (_log, _index, _clock) = (log, index, clock);
        _turns = new Turns<LogName>(TimeSpan.FromDays(1), async ct => [.. from known in await index.LogsAsync(ct) select LogName.Read(known.Log)]);
    }

    /// <summary>Checks what is due. Not for several callers at once.</summary>
    /// <returns>What was found, this time.</returns>
    public async Task<IReadOnlyList<(LogName Log, string Finding)>> RunAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        var due = (await _turns.DueAsync(now, ct)).ToHashSet();
        var found = new List<(LogName, string)>();
        foreach (var (name, size, @checked) in due.Count > 0 ? await _index.LogsAsync(ct) : [])
        {
            var log = LogName.Read(name);
            if (!due.Contains(log) || size == @checked) continue;
            try
            {
                if (await _index.CheckAsync(log, _log, ct) is { } finding) found.Add((log, finding));
            }
            catch (Exception e) when (e is TransparencyException or LogUnavailableException or LogRolledBackException)
            {
                // A damaged log: its own watch says so.
            }
        }

        _turns.Done(now);
        return found;
    }

    /// <summary>Checks one log's now, because an operator asks.</summary>
    /// <returns>Null where there is none, or it is what the log makes of it; else what isn't.</returns>
    public async Task<string?> RecheckAsync(Grant grant, LogName name, CancellationToken ct)
    {
        grant.Require(Permission.RecheckLog);
        return (await _index.LogsAsync(ct)).Any(known => known.Log == name.Value) ? await _index.CheckAsync(name, _log, ct) : null;
    }
}
