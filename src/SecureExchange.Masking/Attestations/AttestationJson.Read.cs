using System.Text.Json;
using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking.Attestations;

public static partial class AttestationJson
{
    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">It isn't an attestation of version 1.</exception>
    public static Attestation Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.GetProperty("v").GetInt32() != 1) throw new JsonException("an attestation of another version");
            var profile = root.GetProperty("profile");
            return new Attestation
            {
                Transfer = Text(root, "transfer"),
                Profile = Text(profile, "name"),
                ProfileVersion = profile.GetProperty("version").GetInt32(),
                ProfileDigest = Text(profile, "digest"),
                Audience = Text(root, "audience"),
                Engine = Text(root, "engine"),
                Records = Count(root, "records"),
                Suppressed = root.TryGetProperty("suppressed", out var suppressed) ? suppressed.GetInt64() : 0,
                Fields = List(root, "fields", field => new AttestedField(
                    Text(field, "field"), Text(field, "transform"), Count(field, "masked"), Count(field, "failed"),
                    field.TryGetProperty("entities", out var entities)
                        ? [.. entities.EnumerateObject().Select(entity => new EntityCount(entity.Name, entity.Value.GetInt64()))]
                        : [])),
                Leaks = List(root, "leaks", leak => new Leak(Text(leak, "field"), Text(leak, "entity"), Count(leak, "count"), Count(leak, "first_row"))),
                Planted = root.TryGetProperty("planted", out _) ? List(root, "planted", ReadPlanted) : [],
                Canaries = root.TryGetProperty("tracing", out var tracing) ? Count(tracing, "canaries") : 0,
                Watermarked = root.TryGetProperty("tracing", out tracing) ? List(tracing, "watermarked", name => name.GetString()!) : [],
                Format = List(root, "format", remark => new FormatRemark(Text(remark, "what"), Count(remark, "count"))),
                Risk = root.TryGetProperty("risk", out var risk) ? ReadRisk(risk) : null,
                Gates = List(root, "gates", gate => new GateResult(
                    Text(gate, "gate"), gate.GetProperty("limit").GetDouble(), gate.GetProperty("measured").GetDouble(), gate.GetProperty("passed").GetBoolean())),
            };
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException("not an attestation");
        }
    }

    private static PlantedCheck ReadPlanted(JsonElement check) => new(
        check.TryGetProperty("field", out var field) ? field.GetString() : null, check.GetProperty("values").GetInt32(), List(check, "missed", entity => entity.GetString()!));

    private static RiskReport ReadRisk(JsonElement risk) => new(
        Count(risk, "records"),
        risk.TryGetProperty("anonymity", out var anonymity) ? ReadAnonymity(anonymity) : null,
        List(risk, "columns", column => new ColumnUniqueness(
            Text(column, "field"), Count(column, "values"), Count(column, "distinct"), Count(column, "unique"), ReadSampling(column))));

    private static AnonymityReport ReadAnonymity(JsonElement anonymity) => new(
        List(anonymity, "quasi_identifiers", name => name.GetString()!), Count(anonymity, "k"), Count(anonymity, "classes"),
        List(anonymity, "sizes", bucket => new SizeBucket(
            Count(bucket, "from"), bucket.TryGetProperty("to", out var to) ? to.GetInt64() : null, Count(bucket, "classes"), Count(bucket, "records"))),
        anonymity.GetProperty("highest_risk").GetDouble(), anonymity.GetProperty("average_risk").GetDouble(),
        List(anonymity, "diversity", diversity => new FieldDiversity(Text(diversity, "field"), diversity.GetProperty("l").GetInt32())),
        ReadSampling(anonymity));

    private static SamplingError? ReadSampling(JsonElement parent) => parent.TryGetProperty("sampling", out var sampling)
        ? new SamplingError(
            Count(sampling, "one_in"), Count(sampling, "counted"), sampling.GetProperty("relative_error").GetDouble(), sampling.GetProperty("unseen_share").GetDouble())
        : null;

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? throw new JsonException("not an attestation");

    private static long Count(JsonElement parent, string name) => parent.GetProperty(name).GetInt64();

    private static List<T> List<T>(JsonElement parent, string name, Func<JsonElement, T> read) =>
        [.. parent.GetProperty(name).EnumerateArray().Select(read)];
}
