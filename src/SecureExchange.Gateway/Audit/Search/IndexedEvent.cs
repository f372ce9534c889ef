using System.Globalization;
using System.Text.Json;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Audit.Search;

/// <summary>What of an entry can be searched for: when, and terms such as <c>kind:content.fetched</c>.</summary>
/// <remarks>Made from the entry alone, so that the index can be thrown away and made again from the log.</remarks>
/// <param name="At">Milliseconds since 1970.</param>
/// <param name="Terms">Each once.</param>
internal sealed record IndexedEvent(long At, IReadOnlySet<string> Terms)
{
    /// <summary>Reads an entry. One that isn't an event as this version knows them is found by its kind, at most.</summary>
    internal static IndexedEvent Read(JsonElement entry)
    {
        var terms = new HashSet<string>(StringComparer.Ordinal);
        var kind = Text(entry, "kind") ?? "";
        terms.Add(EventTerm.Kind(kind));
        terms.Add(EventTerm.Outcome(OutcomeOf(kind)));
        if (Text(entry, "caller") is { } caller)
        {
            terms.Add(EventTerm.Caller(caller));
            var slash = caller.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0) terms.Add(EventTerm.Party(caller[..slash]));
        }

        foreach (var name in (ReadOnlySpan<string>)["transfer", "return_of"])
        {
            if (Text(entry, name) is { } transfer) terms.Add(EventTerm.Transfer(transfer));
        }

        foreach (var transfer in Items(entry, "transfers"))
        {
            if (transfer.ValueKind == JsonValueKind.String) terms.Add(EventTerm.Transfer(transfer.GetString()!));
        }

        if (Text(entry, "field") is { } field) terms.Add(EventTerm.Field(field));
        foreach (var rule in Items(entry, "fields"))
        {
            if (Text(rule, "field") is { } masked) terms.Add(EventTerm.Field(masked));
        }

        if (entry.TryGetProperty("record", out var record) && record.TryGetInt64(out var row)) terms.Add(EventTerm.Record(row));
        else if (entry.TryGetProperty("transfer", out _) || entry.TryGetProperty("transfers", out _)) terms.Add(EventTerm.AllRecords);
        return new IndexedEvent(AtOf(entry), terms);
    }

    /// <summary>The fields of an accepted transfer, and whether each was left in clear for the vendor.</summary>
    internal static IEnumerable<(string Field, bool InClear)> FieldsOf(JsonElement entry) =>
        from rule in Items(entry, "fields")
        let field = Text(rule, "field")
        where field is not null
        select (field, Text(rule, "transform") == "keep");

    internal static string? Text(JsonElement entry, string name) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String
            ? found.GetString()
            : null;

    internal static IEnumerable<JsonElement> Items(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Array ? found.EnumerateArray() : [];

    /// <summary>Which bytes of a transfer went: the name of the first part.</summary>
    internal static string? PartOf(JsonElement entry) => Items(entry, "parts").Select(part => Text(part, "name")).FirstOrDefault();

    /// <summary>Whether a part is what a vendor gets: masked, so that only kept fields are in clear.</summary>
    internal static bool IsMasked(string? part) => PartName.IsMasked(part);

    /// <summary>How it ended, by the last word of its kind.</summary>
    internal static string OutcomeOf(string kind) => kind[(kind.LastIndexOf('.') + 1)..] switch
    {
        "denied" => "denied",
        "refused" => kind == "signin.refused" ? "denied" : "refused",
        "quarantined" => "quarantined",
        "damaged" => "damaged",
        _ => "done",
    };

    private static long AtOf(JsonElement entry) => DateTimeOffset.TryParse(
        Text(entry, "at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUnixTimeMilliseconds() : 0;
}

/// <summary>The spelling of what is searched for.</summary>
internal static class EventTerm
{
    internal static string Kind(string kind) => $"kind:{kind}";

    internal static string Outcome(string outcome) => $"outcome:{outcome}";

    internal static string Caller(string caller) => $"caller:{caller}";

    internal static string Party(string party) => $"party:{party}";

    internal static string Transfer(string transfer) => $"transfer:{transfer}";

    /// <summary>An event that names the field.</summary>
    internal static string Field(string field) => $"field:{field}";

    /// <summary>One record of a transfer, by its number.</summary>
    internal static string Record(long row) => string.Create(CultureInfo.InvariantCulture, $"record:{row}");

    /// <summary>A transfer as a whole, so each of its records.</summary>
    internal const string AllRecords = "record:*";

    /// <summary>An event with which the field's values reached somebody in clear.</summary>
    internal static string Seen(string field) => $"seen:{field}";
}
