using System.Text.Json;

namespace SecureExchange.Masking.Profiles;

/// <summary>The fields of a sample that is JSON: of a line each (NDJSON), or one document with an array of records somewhere in it.</summary>
internal sealed class JsonSample
{
    private const int MaxRecords = 1000;

    private JsonSample()
    {
    }

    /// <summary>Whether it is one document.</summary>
    public bool IsDocument { get; private init; }

    /// <summary>Where the document's records are, as <c>records</c> has it; null where the document is the one record.</summary>
    public string? Records { get; private init; }

    /// <summary>For each path its values, as a profile names it.</summary>
    public Dictionary<string, List<string>> Fields { get; } = [];

    /// <exception cref="RecordException">It is neither.</exception>
    public static JsonSample Read(ReadOnlySpan<byte> sample)
    {
        if (sample.StartsWith("\uFEFF"u8)) sample = sample[3..];
        sample = sample.TrimStart(" \t\r\n"u8);
        var end = sample.IndexOf((byte)'\n');
        return sample is [(byte)'{', ..] && end > 0 && TryParse(sample[..end]) is { } first ? ReadLines(sample[(end + 1)..], first) : ReadDocument(sample);
    }

    private static JsonSample ReadLines(ReadOnlySpan<byte> rest, JsonDocument first)
    {
        var read = new JsonSample();
        using (first) read.Add("", first.RootElement);
        for (var records = 1; records < MaxRecords && rest.IndexOf((byte)'\n') is >= 0 and var end; records++)
        {
            var line = rest[..end];
            rest = rest[(end + 1)..];
            if (!line.ContainsAnyExcept(" \t\r"u8)) continue;
            using var record = TryParse(line) ?? throw new RecordException(RecordError.NotJson, records + 1, null, $"record {records + 1}: not a JSON object on one line, as the ones in front are");
            read.Add("", record.RootElement);
        }

        return read;
    }

    private static JsonSample ReadDocument(ReadOnlySpan<byte> sample)
    {
        using var document = TryParse(sample)
            ?? throw new RecordException(RecordError.NotJson, 1, null, "record 1: not a JSON object on one line, nor is the sample one JSON document; of a long one give the beginning, its brackets closed");
        var root = document.RootElement;
        var (records, path) = root.ValueKind == JsonValueKind.Array ? (root, "") : Longest(root, "");
        if (records.ValueKind != JsonValueKind.Array)
        {
            var whole = new JsonSample { IsDocument = true };
            whole.Add("", root);
            return whole;
        }

        var read = new JsonSample { IsDocument = true, Records = $"{path}[*]" };
        foreach (var record in records.EnumerateArray().Take(MaxRecords)) read.Add("", record);
        if (root.ValueKind == JsonValueKind.Object) read.Add("$", root, path);
        return read;
    }

    /// <summary>The array of objects with most of them, not within another array.</summary>
    private static (JsonElement Array, string Path) Longest(JsonElement value, string path)
    {
        var longest = (Array: default(JsonElement), Path: "");
        foreach (var member in value.EnumerateObject())
        {
            var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            var one = member.Value.ValueKind == JsonValueKind.Object ? Longest(member.Value, at)
                : member.Value.ValueKind == JsonValueKind.Array && member.Value.EnumerateArray().Any() && member.Value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Object) ? (member.Value, at)
                : default;
            if (one.Item1.ValueKind == JsonValueKind.Array && (longest.Array.ValueKind != JsonValueKind.Array || one.Item1.GetArrayLength() > longest.Array.GetArrayLength())) longest = one;
        }

        return longest;
    }

    private static JsonDocument? TryParse(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            var document = JsonDocument.ParseValue(ref reader);
            if (!text[(int)reader.BytesConsumed..].ContainsAnyExcept(" \t\r\n"u8)) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null; // Its own message repeats what stands there.
        }
    }

    private void Add(string path, JsonElement value, string? except = null)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                if (except is null || at != $"$.{except}") Add(at, member.Value, except);
            }
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray()) Add($"{path}[*]", element, except);
        }
        else if (value.ValueKind != JsonValueKind.Null)
        {
            if (!Fields.TryGetValue(path, out var values)) Fields[path] = values = [];
            values.Add(value.ToString());
        }
    }
}
