using System.Text.Json;
using SecureExchange.Access;

namespace SecureExchange.Gateway.Audit.Search;

/// <summary>Which events somebody asks for: all that are given must hold, of a list one.</summary>
public sealed record EventFilter
{
    /// <summary>Not before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>By somebody of this party.</summary>
    public PartyId? Party { get; init; }

    /// <summary>By this caller.</summary>
    public (PartyId Party, CallerId Id)? Caller { get; init; }

    /// <summary>About one of these transfers.</summary>
    public IReadOnlyList<TransferId> Transfers { get; init; } = [];

    /// <summary>About one of these records, by their numbers in their transfer, or about the transfer as a whole.</summary>
    public IReadOnlyList<long> Records { get; init; } = [];

    /// <summary>That names this field.</summary>
    public string? Field { get; init; }

    /// <summary>With which values of this field reached somebody in clear.</summary>
    public string? Seen { get; init; }

    public EventOutcome? Outcome { get; init; }

    public AuditEventKind? Kind { get; init; }

    /// <summary>Whether it asks for everything.</summary>
    internal bool IsEmpty => this == new EventFilter { Transfers = Transfers, Records = Records } && Transfers.Count + Records.Count == 0;

    /// <summary>What an event must have: of each group one term.</summary>
    /// <param name="callerAs">By which names the log that is searched has a caller.</param>
    internal IReadOnlyList<IReadOnlyList<string>> Terms(Func<PartyId, CallerId, IReadOnlyList<string>> callerAs)
    {
        var groups = new List<IReadOnlyList<string>>();
        if (Party is { } party) groups.Add([EventTerm.Party(party.Value)]);
        if (Caller is var (of, id)) groups.Add([.. callerAs(of, id).Select(EventTerm.Caller)]);
        if (Transfers.Count > 0) groups.Add([.. Transfers.Select(t => EventTerm.Transfer(t.Value))]);
        if (Records.Count > 0) groups.Add([.. Records.Select(EventTerm.Record), EventTerm.AllRecords]);
        if (Field is not null) groups.Add([EventTerm.Field(Field)]);
        if (Seen is not null) groups.Add([EventTerm.Seen(Seen)]);
        if (Outcome is { } outcome) groups.Add([EventTerm.Outcome(EventOutcomeNames.Of(outcome))]);
        if (Kind is { } kind) groups.Add([EventTerm.Kind(AuditEventKindNames.Of(kind))]);
        return groups;
    }

    /// <summary>Whether an entry is what the index says of it: what the index gave is held against the log once more.</summary>
    internal bool Fits(JsonElement entry, IReadOnlyList<IReadOnlyList<string>> terms)
    {
        var found = IndexedEvent.Read(entry);
        // What was seen follows from earlier events too, so the entry alone doesn't say it.
        return terms.All(group => group.Any(found.Terms.Contains) || (Seen is not null && group[0] == EventTerm.Seen(Seen)))
            && (From is not { } from || found.At >= from.ToUnixTimeMilliseconds())
            && (To is not { } to || found.At < to.ToUnixTimeMilliseconds());
    }

    /// <summary>As the log has it: ids and names only. A field's name is in it where the agreement has such a field: what
    /// somebody mistook for one may be anything.</summary>
    internal IReadOnlyList<string> Describe(Func<string, bool> isField)
    {
        string Name(string field) => isField(field) ? field : "?";
        var said = new List<string>();
        if (From is { } from) said.Add($"from={Time(from)}");
        if (To is { } to) said.Add($"to={Time(to)}");
        if (Party is { } party) said.Add($"party={party}");
        if (Caller is var (of, id)) said.Add($"caller={of}/{id}");
        said.AddRange(Transfers.Take(MaxDescribed).Select(t => $"transfer={t}"));
        said.AddRange(Records.Take(MaxDescribed).Select(r => $"record={r}"));
        if (Field is not null) said.Add($"field={Name(Field)}");
        if (Seen is not null) said.Add($"seen={Name(Seen)}");
        if (Outcome is { } outcome) said.Add($"outcome={EventOutcomeNames.Of(outcome)}");
        if (Kind is { } kind) said.Add($"kind={AuditEventKindNames.Of(kind)}");
        return said;
    }

    /// <summary>An entry has at most 65,535 bytes.</summary>
    private const int MaxDescribed = 200;

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>How something ended.</summary>
public enum EventOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>The caller might not.</summary>
    Denied,

    /// <summary>The file or the text might not.</summary>
    Refused,

    /// <summary>A return didn't agree with what was sent.</summary>
    Quarantined,

    /// <summary>What the store gave back wasn't what was sealed.</summary>
    Damaged,
}

/// <summary>The outcomes' names in queries and tables.</summary>
public static class EventOutcomeNames
{
    /// <summary>How an event of this kind ended.</summary>
    public static string OfKind(string kind) => IndexedEvent.OutcomeOf(kind);

    public static string Of(EventOutcome outcome) => outcome switch
    {
        EventOutcome.Done => "done",
        EventOutcome.Denied => "denied",
        EventOutcome.Refused => "refused",
        EventOutcome.Quarantined => "quarantined",
        EventOutcome.Damaged => "damaged",
    };
}
