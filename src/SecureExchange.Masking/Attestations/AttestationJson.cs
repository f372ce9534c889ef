using System.Buffers;
using System.Text.Json;
using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking.Attestations;

/// <summary>Attestations as JSON: one form for each attestation, so that its digest means it.</summary>
public static partial class AttestationJson
{
    /// <summary>Writes an attestation; schema: <c>docs/formats/attestation.schema.json</c>.</summary>
    public static void Write(Attestation attestation, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("v", 1);
        json.WriteString("transfer", attestation.Transfer);
        json.WriteStartObject("profile");
        json.WriteString("name", attestation.Profile);
        json.WriteNumber("version", attestation.ProfileVersion);
        json.WriteString("digest", attestation.ProfileDigest);
        json.WriteEndObject();
        json.WriteString("audience", attestation.Audience);
        json.WriteString("engine", attestation.Engine);
        json.WriteNumber("records", attestation.Records);
        if (attestation.Suppressed > 0) json.WriteNumber("suppressed", attestation.Suppressed);
        Array(json, "fields", attestation.Fields, WriteField);
        Array(json, "leaks", attestation.Leaks, WriteLeak);
        if (attestation.Planted.Count > 0) Array(json, "planted", attestation.Planted, WritePlanted);
        if (attestation.Canaries > 0 || attestation.Watermarked.Count > 0)
        {
            json.WriteStartObject("tracing");
            json.WriteNumber("canaries", attestation.Canaries);
            json.WriteStartArray("watermarked");
            foreach (var field in attestation.Watermarked) json.WriteStringValue(field);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        Array(json, "format", attestation.Format, (writer, remark) =>
        {
            writer.WriteString("what", remark.What);
            writer.WriteNumber("count", remark.Count);
        });
        if (attestation.Risk is { } risk) WriteRisk(json, risk);
        Array(json, "gates", attestation.Gates, (writer, gate) =>
        {
            writer.WriteString("gate", gate.Gate);
            writer.WriteNumber("limit", gate.Limit);
            writer.WriteNumber("measured", gate.Measured);
            writer.WriteBoolean("passed", gate.Passed);
        });
        json.WriteBoolean("passed", attestation.Passed);
        json.WriteEndObject();
    }

    private static void WriteField(Utf8JsonWriter json, AttestedField field)
    {
        json.WriteString("field", field.Field);
        json.WriteString("transform", field.Transform);
        json.WriteNumber("masked", field.Masked);
        json.WriteNumber("failed", field.Failed);
        if (field.Entities.Count == 0) return;
        json.WriteStartObject("entities");
        foreach (var (entity, count) in field.Entities) json.WriteNumber(entity, count);
        json.WriteEndObject();
    }

    private static void WriteLeak(Utf8JsonWriter json, Leak leak)
    {
        json.WriteString("field", leak.Field);
        json.WriteString("entity", leak.Entity);
        json.WriteNumber("count", leak.Count);
        json.WriteNumber("first_row", leak.FirstRow);
    }

    private static void WritePlanted(Utf8JsonWriter json, PlantedCheck check)
    {
        if (check.Field is { } field) json.WriteString("field", field);
        json.WriteNumber("values", check.Planted);
        json.WriteNumber("caught", check.Caught);
        json.WriteStartArray("missed");
        foreach (var entity in check.Missed) json.WriteStringValue(entity);
        json.WriteEndArray();
    }

    private static void WriteRisk(Utf8JsonWriter json, RiskReport risk)
    {
        json.WriteStartObject("risk");
        json.WriteNumber("records", risk.Records);
        if (risk.Anonymity is { } anonymity) WriteAnonymity(json, anonymity);
        Array(json, "columns", risk.Columns, (writer, column) =>
        {
            writer.WriteString("field", column.Field);
            writer.WriteNumber("values", column.Values);
            writer.WriteNumber("distinct", column.Distinct);
            writer.WriteNumber("unique", column.Unique);
            WriteSampling(writer, column.Sampling);
        });
        json.WriteEndObject();
    }

    private static void WriteAnonymity(Utf8JsonWriter json, AnonymityReport anonymity)
    {
        json.WriteStartObject("anonymity");
        json.WriteStartArray("quasi_identifiers");
        foreach (var field in anonymity.QuasiIdentifiers) json.WriteStringValue(field);
        json.WriteEndArray();
        json.WriteNumber("k", anonymity.K);
        json.WriteNumber("classes", anonymity.Classes);
        Array(json, "sizes", anonymity.Sizes, (writer, bucket) =>
        {
            writer.WriteNumber("from", bucket.From);
            if (bucket.To is { } to) writer.WriteNumber("to", to);
            writer.WriteNumber("classes", bucket.Classes);
            writer.WriteNumber("records", bucket.Records);
        });
        json.WriteNumber("highest_risk", anonymity.HighestRisk);
        json.WriteNumber("average_risk", anonymity.AverageRisk);
        Array(json, "diversity", anonymity.Diversity, (writer, diversity) =>
        {
            writer.WriteString("field", diversity.Field);
            writer.WriteNumber("l", diversity.L);
        });
        WriteSampling(json, anonymity.Sampling);
        json.WriteEndObject();
    }

    private static void WriteSampling(Utf8JsonWriter json, SamplingError? sampling)
    {
        if (sampling is null) return;
        json.WriteStartObject("sampling");
        json.WriteNumber("one_in", sampling.OneIn);
        json.WriteNumber("counted", sampling.Counted);
        json.WriteNumber("relative_error", sampling.RelativeError);
        json.WriteNumber("unseen_share", sampling.UnseenShare);
        json.WriteEndObject();
    }

    private static void Array<T>(Utf8JsonWriter json, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
