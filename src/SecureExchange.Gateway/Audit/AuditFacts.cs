using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SecureExchange.Access;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Audit;

/// <summary>Collects an event's facts and writes them as canonical JSON: members sorted by name, no white space, so
/// that one event has one encoding (RFC 8785, for the strings and integers that occur here).</summary>
internal sealed class AuditFacts
{
    private static readonly JsonSerializerOptions s_canonical = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>By name: a node, or the number that the log fills in.</summary>
    private readonly SortedDictionary<string, object> _facts = new(StringComparer.Ordinal);

    /// <summary>Encodes an event as a log entry. Its index, and its number among those of the same recipient, are the log's to
    /// give: they have to have no gaps however many write.</summary>
    internal static EntryDraft Encode(AuditEvent audited, string? caller, DateTimeOffset at)
    {
        var facts = new AuditFacts();
        facts.Add("v", 1L);
        facts.Add("kind", AuditEventKindNames.Of(audited.Kind));
        facts.Add("at", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        facts.Add("caller", caller);
        facts.Add("agreement", audited.Terms?.Id.Value);
        facts.Add("agreement_version", audited.Terms?.Version);
        facts._facts.Add("index", default(EntryNumber));
        if (audited.Recipient is { } recipient)
        {
            facts.Add("recipient", recipient.Value);
            facts._facts.Add("number", new EntryNumber { Counter = recipient.Value });
        }

        if (audited is DayClosed { Number: var day })
            facts._facts.Add("number", new EntryNumber { Counter = AuditEventKindNames.Of(AuditEventKind.DayClosed), Expected = day });
        audited.Write(facts);
        return facts.ToDraft();
    }

    private EntryDraft ToDraft()
    {
        var text = new ArrayBufferWriter<byte>(512);
        var numbers = new List<EntryNumber>();
        var separator = "{"u8;
        foreach (var (name, fact) in _facts)
        {
            text.Write(separator);
            separator = ","u8;
            text.Write(Encoding.ASCII.GetBytes($"\"{name}\":"));
            if (fact is EntryNumber number) numbers.Add(number with { Offset = text.WrittenCount });
            else text.Write(JsonSerializer.SerializeToUtf8Bytes((JsonNode)fact, s_canonical));
        }

        text.Write("}"u8);
        return new EntryDraft(text.WrittenMemory, numbers);
    }

    internal void Add(string name, string? value)
    {
        if (value is not null) _facts.Add(name, JsonValue.Create(value));
    }

    internal void Add(string name, long? value)
    {
        if (value is not null) _facts.Add(name, JsonValue.Create(value.Value));
    }

    internal void Add(string name, bool value) => _facts.Add(name, JsonValue.Create(value));

    internal void Add(string name, TransferId value) => Add(name, value.Value);

    internal void Add(string name, IEnumerable<string> values) => _facts.Add(name, new JsonArray([.. values.Select(v => (JsonNode)v)]));

    internal void Add(Origin origin)
    {
        Add("input", origin.Kind);
        Add("signed_by", origin.Signer);
    }

    internal void Add(IReadOnlyList<MaskedField> fields) => _facts.Add("fields", new JsonArray(
        [.. fields.Select(f => new JsonObject { ["count"] = f.Count, ["field"] = f.Field, ["transform"] = f.Transform })]));

    internal void Add(IReadOnlyList<SealedPart> parts) => _facts.Add("parts", new JsonArray([.. parts.Select(Part)]));

    internal void Add(IReadOnlyList<Anchor> anchors) => _facts.Add("anchors", new JsonArray(
        [.. anchors.Select(a => new JsonObject { ["log"] = a.LogTag, ["root"] = a.Root, ["size"] = a.Size })]));

    internal void Add(string name, string item, IEnumerable<KeyValuePair<string, long>> counts, string count = "count") => _facts.Add(
        name, new JsonArray([.. counts.Select(c => Sorted((item, c.Key), (count, c.Value)))]));

    private static JsonObject Sorted(params (string Name, JsonNode Value)[] members) =>
        new(members.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Value)));

    private static JsonNode Part(SealedPart part)
    {
        var node = new JsonObject { ["digest"] = part.Digest, ["name"] = part.Name };
        if (part.Recipient is not null) node["recipient"] = part.Recipient;
        node["size"] = part.Size;
        return node;
    }
}
