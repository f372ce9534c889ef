using System.Globalization;
using Microsoft.Extensions.Primitives;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Audit.Search;

namespace SecureExchange.Server.Api;

/// <summary>What <c>GET /v1/audit/events</c> asks for. Read strictly: a filter that is ignored would answer another question.</summary>
internal sealed record EventQuery(string? Log, EventFilter Filter, EventCursor? After, int? Limit, bool IsTable)
{
    private static readonly string[] s_known =
    [
        "log", "agreement", "from", "to", "party", "caller", "transfer", "record", "field", "seen", "outcome", "kind", "after", "cursor",
        "limit", "format",
    ];

    /// <exception cref="MalformedRequestException">Which parameter is wrong, and what it takes.</exception>
    internal static EventQuery Read(HttpRequest request)
    {
        var query = request.Query;
        foreach (var name in query.Keys)
        {
            if (!s_known.Contains(name)) throw new MalformedRequestException($"there is no such parameter; known: {string.Join(", ", s_known)}");
        }

        var log = One(query, "agreement") ?? One(query, "log");
        if (One(query, "agreement") is not null && One(query, "log") is not null)
            throw new MalformedRequestException("'agreement' and 'log' name the same thing; give one of them");
        return new EventQuery(
            log,
            new EventFilter
            {
                From = Time(query, "from"),
                To = Time(query, "to"),
                Party = Value<PartyId>(query, "party", PartyId.TryParse, "a party"),
                Caller = Value<(PartyId, CallerId)>(query, "caller", TryReadCaller, "party/caller"),
                Transfers = List<TransferId>(query, "transfer", TransferId.TryParse, "a transfer's id"),
                Records = List<long>(query, "record", TryReadRecord, "a record's number in its transfer, from 1"),
                Field = One(query, "field"),
                Seen = One(query, "seen"),
                Outcome = Value<EventOutcome>(query, "outcome", TryReadOutcome, "done, denied, refused, quarantined or damaged"),
                Kind = Value<AuditEventKind>(query, "kind", AuditEventKindNames.TryParse, "a kind of event, such as content.fetched"),
            },
            ReadAfter(query, log),
            ReadLimit(query),
            WantsTable(request));
    }

    private static bool TryReadRecord(string? text, out long row) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out row) && row > 0;

    private static EventCursor? ReadAfter(IQueryCollection query, string? log)
    {
        if (One(query, "cursor") is { } cursor)
        {
            return EventCursor.TryParse(cursor, out var read)
                ? read
                : throw new MalformedRequestException("'cursor' is what the page before said (Next-Cursor)");
        }

        if (One(query, "after") is not { } text) return null;
        if (log is null) throw new MalformedRequestException("'after' counts the entries of one log: name it, or use 'cursor'");
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var after) && after is >= -1 and < long.MaxValue / 2
            ? new EventCursor(log, after)
            : throw new MalformedRequestException("'after' is at least -1, 'limit' at least 1");
    }

    private static int? ReadLimit(IQueryCollection query) => One(query, "limit") switch
    {
        null => 100,
        "none" => null,
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1
            ? Math.Min(limit, AuditSearch.MaxPage)
            : throw new MalformedRequestException("'after' is at least -1, 'limit' at least 1, or 'none' for everything"),
    };

    private static bool WantsTable(HttpRequest request) => One(request.Query, "format") switch
    {
        "csv" => true,
        "jsonl" => false,
        null => request.GetTypedHeaders().Accept is { Count: > 0 } accepted
            && accepted.OrderByDescending(type => type.Quality ?? 1).First().MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase),
        _ => throw new MalformedRequestException("'format' is csv or jsonl"),
    };

    private static DateTimeOffset? Time(IQueryCollection query, string name)
    {
        if (One(query, name) is not { } text) return null;
        string[] forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFF'Z'"];
        return DateTimeOffset.TryParseExact(
            text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : throw new MalformedRequestException($"'{name}' is a day or a moment in UTC, such as 2026-11-27 or 2026-11-27T08:30:00Z");
    }

    private static bool TryReadCaller(string? text, out (PartyId Party, CallerId Id) caller)
    {
        caller = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !PartyId.TryParse(text![..slash], out var party) || !CallerId.TryParse(text[(slash + 1)..], out var id)) return false;
        caller = (party, id);
        return true;
    }

    private static bool TryReadOutcome(string? text, out EventOutcome outcome)
    {
        outcome = Array.Find(Enum.GetValues<EventOutcome>(), known => EventOutcomeNames.Of(known) == text);
        return EventOutcomeNames.Of(outcome) == text;
    }

    private delegate bool Parser<T>(string? text, out T value);

    private static T? Value<T>(IQueryCollection query, string name, Parser<T> parse, string what) where T : struct
    {
        if (One(query, name) is not { } text) return null;
        return parse(text, out var value) ? value : throw new MalformedRequestException($"'{name}' is {what}");
    }

    private static List<T> List<T>(IQueryCollection query, string name, Parser<T> parse, string what)
    {
        var found = new List<T>();
        foreach (var text in query[name])
            found.Add(parse(text, out var value) ? value : throw new MalformedRequestException($"'{name}' is {what}"));
        return found;
    }

    private static string? One(IQueryCollection query, string name) => query[name] switch
    {
        { Count: 0 } => null,
        { Count: 1 } one when !StringValues.IsNullOrEmpty(one) => one.ToString(),
        _ => throw new MalformedRequestException($"'{name}' is given once, with a value"),
    };
}
