using System.Text.Json;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Cli.Masking;

/// <summary>How a file was masked, as JSON: counts and names, no values (docs/formats/mask-report.md).</summary>
internal static class ReportFile
{
    internal static void Write(string path, MaskingProfile profile, MaskingReport report)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("profile", profile.Name);
        json.WriteNumber("version", profile.Version);
        json.WriteString("digest", profile.Digest);
        json.WriteString("audience", profile.Audience.ToString());
        json.WriteNumber("records", report.Records);
        json.WriteNumber("suppressed", report.Suppressed);
        json.WriteStartArray("fields");
        foreach (var field in report.Fields)
        {
            json.WriteStartObject();
            json.WriteString("field", field.Name);
            json.WriteString("transform", field.Transform);
            json.WriteNumber("values", field.Count);
            json.WriteNumber("failed", field.Failed);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        file.WriteByte((byte)'\n');
    }
}
