using System.Collections.Concurrent;
using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Audit;

/// <summary>Ends each day of a log with a statement of what was in it (<see cref="DayClosed"/>).</summary>
/// <remarks><code>
/// (1) the last statement ─► (2) count what came since, up to the first event of a day that isn't over ─► (3) the root there
/// ─► (4) append, as the next number or not at all
/// </code>
/// A statement counts entries by their place, so nothing that is appended meanwhile makes it wrong. Of several gateways
/// that close the same day, (4) lets one in: its number is a counter of the log. A log in which nothing happens isn't
/// touched, but for one look a day where it is open; its empty days are closed in one statement when something happens next, or
/// somebody asks.
/// </remarks>
/// <param name="log">The logs.</param>
/// <param name="terms">An agreement's terms.</param>
/// <param name="clock">Says when a day is over.</param>
public sealed class DayClosing(AuditLog log, Func<AgreementId, CancellationToken, Task<AgreementTerms?>> terms, TimeProvider clock)
{
    /// <summary>An event is dated before it is in: what was dated before midnight is in by then.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(2);

    /// <summary>Entries of one look back.</summary>
    private const int Page = 256;

    private readonly ConcurrentDictionary<LogName, Statement> _last = new();
    private readonly ConcurrentDictionary<LogName, (DateOnly Until, long Size)> _idle = new();

    /// <summary>Closes the days of the logs in which something has happened since the start. Call it now and then.</summary>
    /// <returns>How many statements.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var closed = 0;
        foreach (var name in log.OpenLogs.ToList())
        {
            try
            {
                closed += await CloseAsync(name, evenIfIdle: false, ct);
            }
            catch (Exception e) when (e is TransparencyException or LogUnavailableException or LogRolledBackException or LogStoppedException or InvalidDataException)
            {
                // A damaged log: whoever works under its agreement is told, and the others' days mustn't wait.
            }
        }

        return closed;
    }

    /// <summary>Closes the days of one log that are over.</summary>
    /// <param name="name">Which log.</param>
    /// <param name="evenIfIdle">Also days in which nothing happened, up to yesterday.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>How many statements.</returns>
    internal async Task<int> CloseAsync(LogName name, bool evenIfIdle, CancellationToken ct)
    {
        var until = DateOnly.FromDateTime((clock.GetUtcNow() - s_grace).UtcDateTime).AddDays(-1);
        if (_last.TryGetValue(name, out var known) && known.Day >= until) return 0;
        if (!evenIfIdle && _idle.TryGetValue(name, out var idle) && idle == (until, await log.SizeAsync(name))) return 0;
        var size = await log.RefreshedSizeAsync(name, ct);
        var owner = AgreementId.TryParse(name.Value, out var agreement) ? await terms(agreement, ct) : null;
        if (owner is null && name != LogName.Gateway) return 0; // It isn't an agreement yet.
        for (var closed = 0; ; closed++)
        {
            var last = await FindLastAsync(name, size, ct); // (1)
            _last[name] = last;
            if (last.Day >= until) return closed;
            if (await CountAsync(name, last, size, until, evenIfIdle, owner, ct) is not { } statement) // (2), (3)
            {
                _idle[name] = (until, size);
                return closed;
            }

            await log.TryAppendAsync(statement); // (4)
            size = await log.RefreshedSizeAsync(name, ct);
        }
    }

    private async Task<DayClosed?> CountAsync(
        LogName name, Statement last, long size, DateOnly until, bool evenIfIdle, AgreementTerms? owner, CancellationToken ct)
    {
        var counts = new DayCounts();
        var since = last.Number == 0 ? (DateOnly?)null : last.Day.AddDays(1);
        var busy = DateOnly.MinValue;
        var end = last.Size;
        await foreach (var entry in log.ReadAsync(name, last.Size, size, ct))
        {
            var outline = EntryOutline.Read(entry.Data.Span);
            var day = outline.Day;
            since ??= day;
            if (day > until || (day > busy && counts.HasEvents))
            {
                until = day.AddDays(-1) < until ? day.AddDays(-1) : until;
                evenIfIdle = true; // Something came after.
                break;
            }

            counts.Add(outline);
            if (day > busy) busy = day;
            end = entry.Index + 1;
        }

        if (since is not { } first || first > until || !(counts.HasEvents || evenIfIdle)) return null;
        var root = await log.RootAsync(name, end, ct);
        return new DayClosed(last.Number + 1, first, until, last.Size, end, root.ToString(), counts) { Terms = owner };
    }

    /// <summary>Looks back from the end: no further than the last day in which something happened.</summary>
    private async Task<Statement> FindLastAsync(LogName name, long size, CancellationToken ct)
    {
        var known = _last.GetValueOrDefault(name);
        for (var to = size; to > known.Size;)
        {
            var from = Math.Max(known.Size, (to - 1) / Page * Page);
            var found = (Statement?)null;
            await foreach (var entry in log.ReadAsync(name, from, to, ct)) found = Statement.Read(entry) ?? found;
            if (found is { } last) return last;
            to = from;
        }

        return known;
    }

    /// <summary>What the next statement goes on from; all zero where there is none.</summary>
    private readonly record struct Statement(long Number, DateOnly Day, long Size)
    {
        /// <summary>As canonical JSON has it, and in no string: there its quotes would be escaped.</summary>
        private static ReadOnlySpan<byte> Mark => "\"kind\":\"day.closed\""u8;

        internal static Statement? Read(LogEntry entry)
        {
            if (entry.Data.Span.IndexOf(Mark) < 0) return null;
            using var json = JsonDocument.Parse(entry.Data);
            var root = json.RootElement;
            return new Statement(
                root.GetProperty("number").GetInt64(),
                DateOnly.ParseExact(root.GetProperty("day").GetString()!, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                root.GetProperty("size").GetInt64());
        }
    }
}
