using System.Text.Json;

namespace SecureExchange.Cli.Audit;

/// <summary>What an entry says that can be held against its place (docs/formats/audit-event.md). Read without a document.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">By the gateway's clock.</param>
/// <param name="Caller">As the log names it; null where it was the gateway.</param>
/// <param name="Recipient">The party that got something; null where nobody did.</param>
/// <param name="Index">Its place in the log, as it says itself.</param>
/// <param name="Number">Of its recipient's events, or of the log's statements; 0 for none.</param>
internal readonly record struct EventOutline(string Kind, DateTimeOffset At, string? Caller, string? Recipient, long Index, long Number)
{
    internal const string Statement = "day.closed";

    private const int MaxName = 256;

    internal DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);

    /// <summary>Whether somebody got something through it.</summary>
    internal static bool HandsOver(string kind) => kind is "content.fetched" or "records.fetched" or "findings.read";

    /// <exception cref="JsonException">It isn't an event.</exception>
    /// <exception cref="FormatException">As above.</exception>
    /// <exception cref="InvalidOperationException">As above.</exception>
    internal static EventOutline Read(ReadOnlySpan<byte> entry, HashSet<string> names)
    {
        string? kind = null, caller = null, recipient = null;
        DateTimeOffset? at = null;
        long index = -1, number = 0;
        var json = new Utf8JsonReader(entry);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("kind"u8)) kind = Name(ref json, names);
            else if (json.ValueTextEquals("caller"u8)) caller = Name(ref json, names);
            else if (json.ValueTextEquals("recipient"u8)) recipient = Name(ref json, names);
            else if (json.ValueTextEquals("at"u8) && json.Read()) at = json.GetDateTimeOffset();
            else if (json.ValueTextEquals("index"u8) && json.Read()) index = json.GetInt64();
            else if (json.ValueTextEquals("number"u8) && json.Read()) number = json.GetInt64();
            else json.Skip();
        }

        return new EventOutline(
            kind ?? throw new JsonException(), at ?? throw new JsonException(), caller, recipient, index, number);
    }

    /// <summary>The same few names stand in a million entries.</summary>
    private static string Name(ref Utf8JsonReader json, HashSet<string> names)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.String || json.ValueSpan.Length > MaxName) throw new JsonException();
        Span<char> text = stackalloc char[MaxName];
        text = text[..json.CopyString(text)];
        var lookup = names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var known)) return known;
        lookup.Add(text);
        return text.ToString();
    }
}
