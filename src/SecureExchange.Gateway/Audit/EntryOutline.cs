using System.Globalization;
using System.Text.Json;

namespace SecureExchange.Gateway.Audit;

/// <summary>What every entry says: enough to count it. Read without a document.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="At">The gateway's clock.</param>
/// <param name="Caller">As the log names it.</param>
/// <param name="Recipient">The party that got something.</param>
/// <param name="Number">Of the recipient's events, or of the log's closed days.</param>
internal readonly record struct EntryOutline(string Kind, DateTimeOffset At, string? Caller, string? Recipient, long Number)
{
    internal bool IsDayClosed => Kind == AuditEventKindNames.Of(AuditEventKind.DayClosed);

    internal DateOnly Day => DateOnly.FromDateTime(At.UtcDateTime);

    /// <exception cref="InvalidDataException">It isn't an event: nothing of ours wrote it.</exception>
    internal static EntryOutline Read(ReadOnlySpan<byte> entry)
    {
        try
        {
            string? kind = null, at = null, caller = null, recipient = null;
            long number = 0;
            var json = new Utf8JsonReader(entry);
            json.Read();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("kind"u8)) kind = Text(ref json);
                else if (json.ValueTextEquals("at"u8)) at = Text(ref json);
                else if (json.ValueTextEquals("caller"u8)) caller = Text(ref json);
                else if (json.ValueTextEquals("recipient"u8)) recipient = Text(ref json);
                else if (json.ValueTextEquals("number"u8) && json.Read()) number = json.GetInt64();
                else json.Skip();
            }

            return new EntryOutline(
                kind ?? throw new JsonException(), DateTimeOffset.Parse(at ?? "", CultureInfo.InvariantCulture), caller, recipient, number);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException("an entry of the log isn't an event", e);
        }

        static string? Text(ref Utf8JsonReader json) => json.Read() ? json.GetString() : null;
    }
}
