using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SecureExchange.Access;

namespace SecureExchange.Gateway.Audit;

/// <summary>Collects an event's facts and writes them as canonical JSON: members sorted by name, no white space, so
/// that one event has one encoding (RFC 8785, for the strings and integers that occur here).</summary>
internal sealed class AuditFacts
{
    private static readonly JsonSerializerOptions s_canonical = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SortedDictionary<string, JsonNode> _facts = new(StringComparer.Ordinal);

    /// <summary>Encodes an event as a log entry.</summary>
    internal static byte[] Encode(AuditEvent audited, string? caller, DateTimeOffset at)
    {
        var facts = new AuditFacts();
        facts.Add("v", 1L);
        facts.Add("kind", AuditEventKindNames.Of(audited.Kind));
        facts.Add("at", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        facts.Add("caller", caller);
        facts.Add("agreement", audited.Terms?.Id.Value);
        facts.Add("agreement_version", audited.Terms?.Version);
        audited.Write(facts);
        return JsonSerializer.SerializeToUtf8Bytes(facts._facts, s_canonical);
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

    private static JsonNode Part(SealedPart part)
    {
        var node = new JsonObject { ["digest"] = part.Digest, ["name"] = part.Name };
        if (part.Recipient is not null) node["recipient"] = part.Recipient;
        node["size"] = part.Size;
        return node;
    }
}
