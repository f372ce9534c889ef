using System.Globalization;
using System.Text;
using System.Text.Json;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Profiles;

/// <summary>A first profile for files like a sample: what each field seems to hold, what to do with it, and why. It errs on the side of
/// hiding, and somebody who knows the work has to read it.</summary>
public static class ProfileProposal
{
    private const int MaxRecords = 1000;
    private const int MaxColumns = 400;

    /// <summary>Proposes a profile.</summary>
    /// <param name="name">The profile's name.</param>
    /// <param name="sample">The beginning of a file: CSV with a header line, or NDJSON; a last record that is cut off is left out.</param>
    /// <returns>The profile's text, YAML, with a reason behind each field.</returns>
    /// <exception cref="RecordException">The sample can't be read.</exception>
    public static string Write(string name, ReadOnlySpan<byte> sample)
    {
        var isJson = sample.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{', ..];
        var fields = isJson ? ReadJson(sample) : ReadCsv(sample);
        var entities = new EntityGuess();
        var guesses = fields.Select(field => FieldGuess.Of(field.Key, field.Value, entities)).ToList();
        var key = guesses.FirstOrDefault(guess => guess.CanBeKey);
        var subject = guesses.FirstOrDefault(guess => guess.CanBeSubject) ?? key;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Proposed from a sample. Read each line: a reason isn't a decision.\nprofile: {name}\nversion: 1\nformat: {(isJson ? "ndjson" : "csv")}\n");
        if (key is not null) text.Append(CultureInfo.InvariantCulture, $"row-key: {Quoted(key.Name)}\n");
        if (subject is not null && guesses.Any(guess => guess.IsDate)) text.Append(CultureInfo.InvariantCulture, $"subject-key: {Quoted(subject.Name)}\n");
        text.Append("fields:\n");
        foreach (var guess in guesses)
        {
            // Dates move by whose they are; without anybody, only the year is left.
            var rule = !guess.IsDate ? guess.Rule : subject is null ? "type: date, transform: date-part, part: year" : "type: date, transform: shift-date, max-days: 180";
            text.Append(CultureInfo.InvariantCulture, $"  {Quoted(guess.Name)}: {{ {rule} }}  # {guess.Reason}\n");
        }

        return text.ToString();
    }

    private static string Quoted(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && name.Length > 0 && char.IsAsciiLetter(name[0])
            ? name
            : $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";

    private static Dictionary<string, List<string>> ReadCsv(ReadOnlySpan<byte> sample)
    {
        if (sample.StartsWith("\uFEFF"u8)) sample = sample[3..];
        CsvScanner? best = null;
        var columns = 0;
        foreach (var delimiter in ",;\t|"u8)
        {
            var scanner = new CsvScanner(delimiter, hasQuotes: true, sample.Length);
            scanner.Scan(sample, 0, final: false, MaxColumns);
            if (scanner.Rows == 0 || (best is not null && scanner.Columns <= columns)) continue;
            (best, columns) = (scanner, scanner.Columns);
        }

        if (best is null) throw CsvHeader.Bad(RecordError.HeaderNotRecognised, null, "no line of a CSV file, and no JSON object");
        byte[] scratch = [];
        var names = new List<string>();
        for (var i = 0; i < columns; i++) names.Add(Encoding.UTF8.GetString(CsvScanner.Content(sample[best.Start(0, i)..best.End(0, i)], ref scratch)));
        // The first line of a letter or of a message is somebody's data, and no name of a field.
        if ((columns == 1 && !names[0].All(c => char.IsLetterOrDigit(c) || c is '_' or '-' or ' ' or '.')) || sample.StartsWith("MSH|"u8) || sample.StartsWith("<"u8))
            throw CsvHeader.Bad(RecordError.HeaderNotRecognised, null, "the first line isn't one of names; a profile is proposed for CSV and NDJSON, others are written by hand (docs/formats/record-formats.md)");
        var fields = names.Distinct().ToDictionary(name => name, _ => new List<string>());
        var body = sample[best.Consumed..];
        best.Scan(body, columns, final: false);
        for (var row = 0; row < Math.Min(best.Rows, MaxRecords); row++)
        {
            for (var i = 0; i < columns; i++)
                fields[names[i]].Add(Encoding.UTF8.GetString(CsvScanner.Content(body[best.Start(row, i)..best.End(row, i)], ref scratch)));
        }

        return fields;
    }

    private static Dictionary<string, List<string>> ReadJson(ReadOnlySpan<byte> sample)
    {
        var fields = new Dictionary<string, List<string>>();
        for (var records = 0; records < MaxRecords && sample.IndexOf((byte)'\n') is >= 0 and var end; records++)
        {
            var line = Encoding.UTF8.GetString(sample[..end]).TrimStart('\uFEFF');
            sample = sample[(end + 1)..];
            if (string.IsNullOrWhiteSpace(line)) continue;
            try
            {
                using var record = JsonDocument.Parse(line);
                Add(fields, "", record.RootElement);
            }
            catch (JsonException)
            {
                throw new RecordException(RecordError.NotJson, records + 1, null, $"record {records + 1}: not a JSON object on one line; a profile is proposed for CSV and NDJSON");
            }
        }

        return fields;
    }

    private static void Add(Dictionary<string, List<string>> fields, string path, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject()) Add(fields, path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var element in value.EnumerateArray()) Add(fields, $"{path}[*]", element);
        }
        else if (value.ValueKind != JsonValueKind.Null)
        {
            if (!fields.TryGetValue(path, out var values)) fields[path] = values = [];
            values.Add(value.ToString());
        }
    }
}
