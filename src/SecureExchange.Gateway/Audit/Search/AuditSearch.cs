using System.Runtime.CompilerServices;
using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Audit.Search;

/// <summary>Answers the auditor's questions: who has done what, and who has seen what.</summary>
/// <remarks><code>auditor ◄─ (4) read from the log ◄─ (3) find in the index ◄─ (2) log ◄─ (1) authorise</code>
/// Asking is an event in each log that is searched, before anything of it is found.</remarks>
public sealed class AuditSearch(AuditDesk desk, AuditLog log, AuditIndex index, AgreementStore agreements, KeyRing keys)
{
    /// <summary>The most events of one page.</summary>
    public const int MaxPage = 1000;

    /// <summary>The most logs of one search: each gets an event.</summary>
    public const int MaxLogs = 100;

    /// <summary>Entries that are read from the index, then from the log, at a time.</summary>
    private const int Step = 1024;

    /// <summary>Searches one log, or those of all agreements that the caller may read.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="name">A log's name; null: the logs of the caller's agreements.</param>
    /// <param name="filter">For what.</param>
    /// <param name="after">Behind which event.</param>
    /// <param name="limit">Of a page; null: everything.</param>
    /// <param name="ct">The connection.</param>
    public async Task<SearchResult> RunAsync(
        Caller caller, string? name, EventFilter filter, EventCursor? after, int? limit, CancellationToken ct)
    {
        // (1)
        List<Grant> grants = [];
        if (name is null)
        {
            grants.AddRange(await ReadableAsync(caller, ct));
            if (grants.Count > MaxLogs) return new SearchResult.TooManyLogs();
        }
        else
        {
            var (admission, _) = await desk.AdmitAsync(caller, name, ct);
            if (admission is not Admission.Admitted { Grant: var grant }) return new SearchResult.Denied((Admission.Refused)admission);
            grants.Add(grant);
        }

        var logged = new List<LoggedEvent>();
        var slices = new List<Slice>();
        EventCursor? next = null;
        var room = limit ?? int.MaxValue;
        foreach (var grant in grants)
        {
            var of = AuditDesk.LogOf(grant);
            if (after is { } cursor && string.CompareOrdinal(of.Value, cursor.Log) < 0) continue;
            var start = after is { } here && here.Log == of.Value ? here.Index : -1;
            var question = await AskAsync(grant, of, filter, start, Math.Min(room, MaxPage), limit is null, ct); // (2)
            logged.Add(question.Logged);
            slices.Add(question);
            if (limit is null) continue;
            room -= question.Page!.Count; // (3)
            if (room > 0) continue;
            next = new EventCursor(of.Value, question.Page[^1]);
            break;
        }

        var isIndexed = !filter.IsEmpty && slices.Count > 0;
        var known = isIndexed ? await index.LogsAsync(ct) : [];
        IReadOnlyList<EventCursor> held = isIndexed ? [.. slices.Select(slice => new EventCursor(slice.Log.Value, known.FirstOrDefault(of => of.Log == slice.Log.Value).Checked))] : [];
        return new SearchResult.Found(logged, held, next, token => ReadAsync(slices, filter, token));
    }

    private async Task<IReadOnlyList<Grant>> ReadableAsync(Caller caller, CancellationToken ct)
    {
        var grants = new List<Grant>();
        foreach (var terms in await agreements.OfPartyAsync(caller.Party, ct))
        {
            if (AccessPolicy.Decide(caller, Permission.ReadLog, terms, DateTimeOffset.MaxValue) is AccessDecision.Granted { Grant: var grant })
                grants.Add(grant);
        }

        return [.. grants.OrderBy(g => g.Agreement.Value, StringComparer.Ordinal)];
    }

    private async Task<Slice> AskAsync(
        Grant grant, LogName of, EventFilter filter, long after, int limit, bool isExport, CancellationToken ct)
    {
        await desk.CloseDaysAsync(of, ct);
        var terms = filter.Terms((party, id) => of == LogName.Gateway ? keys.CallerTags(party, id) : [$"{party}/{id}"]);
        AuditEvent asked;
        if (filter.IsEmpty)
        {
            var end = await log.SizeAsync(of);
            asked = new EventsRead(after + 1, Math.Max(after + 1, isExport ? end : Math.Min(end, after + 1 + limit)));
        }
        else
        {
            var fields = grant.Terms is null ? null : await agreements.LoadAsync(grant, ct);
            asked = new EventsSearched(filter.Describe(field => fields?.Profile.Fields.Any(f => f.Name == field) ?? false), after + 1);
        }

        var logged = await log.AppendAsync(asked with { Caller = grant.Caller, Terms = grant.Terms });
        // What is searched is the log as it was before the question.
        var slice = new Slice(of, logged, terms, after);
        if (isExport) return slice;
        return slice with { Page = await FindAsync(slice, filter, after, limit, ct) };
    }

    private async Task<IReadOnlyList<long>> FindAsync(Slice slice, EventFilter filter, long after, int limit, CancellationToken ct)
    {
        if (filter.IsEmpty) // Needs no index, so it also works when the index doesn't.
            return [.. Sequence(after + 1, Math.Min(slice.Logged.Index, after > long.MaxValue - limit - 1 ? long.MaxValue : after + 1 + limit))];
        await index.CatchUpAsync(slice.Log, log, ct);
        return await index.FindAsync(slice.Log, slice.Terms, filter, after, slice.Logged.Index, limit, ct);
    }

    private async IAsyncEnumerable<FoundEvent> ReadAsync(
        IReadOnlyList<Slice> slices, EventFilter filter, [EnumeratorCancellation] CancellationToken ct) // (4)
    {
        foreach (var slice in slices)
        {
            var after = slice.After;
            var page = slice.Page ?? await FindAsync(slice, filter, after, Step, ct);
            while (page.Count > 0)
            {
                await foreach (var entry in log.ReadAsync(slice.Log, page, ct))
                {
                    Require(slice, filter, entry);
                    yield return new FoundEvent(slice.Log, entry.Index, entry.Data);
                }

                after = page[^1];
                page = slice.Page is null && page.Count == Step ? await FindAsync(slice, filter, after, Step, ct) : [];
            }
        }
    }

    private static void Require(Slice slice, EventFilter filter, LogEntry entry)
    {
        if (filter.IsEmpty) return;
        using var json = JsonDocument.Parse(entry.Data);
        if (!filter.Fits(json.RootElement, slice.Terms)) throw new IndexContradictedException(slice.Log);
    }

    private static IEnumerable<long> Sequence(long from, long to)
    {
        for (var index = from; index < to; index++) yield return index;
    }

    /// <summary>What is looked for in one log.</summary>
    /// <param name="Log">In which.</param>
    /// <param name="Logged">The question's own event.</param>
    /// <param name="Terms">As this log spells them.</param>
    /// <param name="After">Behind which entry.</param>
    private sealed record Slice(LogName Log, LoggedEvent Logged, IReadOnlyList<IReadOnlyList<string>> Terms, long After)
    {
        /// <summary>What was found; null where everything is asked for, and found step by step.</summary>
        internal IReadOnlyList<long>? Page { get; init; }
    }
}

/// <summary>A place in the order of all that may be found: log by log, by name, and within each as it happened.</summary>
public readonly record struct EventCursor(string Log, long Index)
{
    public static bool TryParse(string? text, out EventCursor cursor)
    {
        cursor = default;
        if (text is null || text.LastIndexOf('/') is not (> 0 and var slash) || !long.TryParse(
            text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var index)) return false;
        cursor = new EventCursor(text[..slash], index);
        return true;
    }

    public override string ToString() => $"{Log}/{Index}";
}

/// <summary>An event, as its log has it.</summary>
public readonly record struct FoundEvent(LogName Log, long Index, ReadOnlyMemory<byte> Entry);

/// <summary>Events, or no.</summary>
public abstract record SearchResult
{
    private SearchResult()
    {
    }

    /// <param name="Logged">The question's own events, one in each log that was searched.</param>
    /// <param name="Checked">Of each log that was searched through the index: up to which entry, not included, the index has been held
    /// against the whole log. Empty where no index was needed.</param>
    /// <param name="Next">Where the next page begins; null: there is none, or everything was asked for.</param>
    /// <param name="ReadAsync">Reads them.</param>
    public sealed record Found(
        IReadOnlyList<LoggedEvent> Logged, IReadOnlyList<EventCursor> Checked, EventCursor? Next, Func<CancellationToken, IAsyncEnumerable<FoundEvent>> ReadAsync) : SearchResult;

    public sealed record Denied(Admission.Refused Refusal) : SearchResult;

    /// <summary>The caller may read more logs than one search covers.</summary>
    public sealed record TooManyLogs : SearchResult;
}
