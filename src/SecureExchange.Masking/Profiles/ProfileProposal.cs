using System.Globalization;
using System.Text;
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
    /// <param name="sample">The beginning of a file: CSV with a header line, or NDJSON, of which a last record that is cut off is left out; or a JSON
    /// document, whole.</param>
    /// <returns>The profile's text, YAML, with a reason behind each field.</returns>
    /// <exception cref="RecordException">The sample can't be read.</exception>
    public static string Write(string name, ReadOnlySpan<byte> sample)
    {
        if (sample.StartsWith("PK\x03\x04"u8))
            throw CsvHeader.Bad(RecordError.HeaderNotRecognised, null, "a workbook or an archive; save the sheet as CSV for the proposal, and write format: xlsx into it");
        var json = sample.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{' or (byte)'[', ..] ? JsonSample.Read(sample) : null;
        var fields = json?.Fields ?? ReadCsv(sample);
        var entities = new EntityGuess();
        var guesses = fields.Select(field => FieldGuess.Of(field.Key, field.Value, entities)).ToList();
        var key = guesses.FirstOrDefault(guess => guess.CanBeKey);
        var subject = guesses.FirstOrDefault(guess => guess.CanBeSubject) ?? key;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Proposed from a sample. Read each line: a reason isn't a decision.\nprofile: {name}\nversion: 1\nformat: {(json is null ? "csv" : json.IsDocument ? "json" : "ndjson")}\n");
        if (json?.Records is { } records) text.Append(CultureInfo.InvariantCulture, $"records: '{records}'\n");
        if (key is not null) text.Append(CultureInfo.InvariantCulture, $"row-key: {Quoted(key.Name)}\n");
        if (subject is not null && guesses.Any(guess => guess.DateFormat is not null)) text.Append(CultureInfo.InvariantCulture, $"subject-key: {Quoted(subject.Name)}\n");
        text.Append("fields:\n");
        foreach (var guess in guesses)
        {
            // Dates move by whose they are; without anybody, only the year is left.
            var format = guess.DateFormat is null or "iso" ? "" : $", date-format: {guess.DateFormat}";
            var hasSubject = subject is not null && !guess.Name.StartsWith("$.", StringComparison.Ordinal);
            var rule = guess.DateFormat is null ? guess.Rule : $"type: date, {(!hasSubject ? "transform: date-part, part: year" : "transform: shift-date, max-days: 180")}{format}";
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
}
