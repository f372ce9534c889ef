using System.IO.Compression;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using SecureExchange.Masking.Tests.Files;
using SecureExchange.Samples;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests;

/// <summary>The same claims in every format that holds rows: whatever the format, no personal value comes out.</summary>
public class SampleFormatTests
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<string, string> Forms => new()
    {
        { "csv", "format: csv" },
        { "pipes", "format: csv\ndelimiter: pipe" },
        { "utf-16", "format: csv\nencoding: utf-16le" },
        { "gzip", "format: csv\ncontainer: gzip" },
        { "zip", "format: csv\ncontainer: zip\nentries: ['*.csv']" },
        { "ndjson", "format: ndjson" },
        { "json", "format: json\nrecords: 'claims[*]'" },
        { "xml", "format: xml\nrecords: claims/claim" },
        { "xlsx", "format: xlsx" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void No_planted_value_survives_in_any_form_and_rows_come_back(string form, string format)
    {
        var planted = new List<Planted>();
        var rows = Rows(Sample.Find("claims")!.ToArray(300, 11, planted.Add));
        var yaml = File.ReadAllText(Path.Combine(Checkout.Root, "profiles", "medical-claims.yaml")).Replace("format: csv", format, StringComparison.Ordinal);
        using var exchange = new Exchange(yaml);
        var file = Write(form, rows);
        var before = Read(form, file);
        var sent = exchange.Dispatch(file, 10_000);
        Assert.Equal(300, sent.Report.Records);
        var after = Read(form, sent.Masked);
        foreach (var value in planted)
        {
            var text = form == "xml" || form == "xlsx" ? SecurityElement.Escape(value.Value) : value.Value;
            Assert.True(before.Contains(text, StringComparison.Ordinal), $"{value} isn't in the file");
            Assert.False(after.Contains(text, StringComparison.Ordinal), $"{value} is in the masked copy");
        }

        var back = exchange.Return(sent.Masked, sent.Manifest, 10_000);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Equal(300, back.Report.Rows);
    }

    private static byte[] Write(string form, List<string[]> rows)
    {
        var header = rows[0];
        var body = rows.Skip(1).ToList();
        switch (form)
        {
            case "ndjson":
                return Encoding.UTF8.GetBytes(string.Concat(body.Select(row => JsonSerializer.Serialize(Object(header, row), s_plain) + "\n")));
            case "json":
                return JsonSerializer.SerializeToUtf8Bytes(new { claims = body.Select(row => Object(header, row)) }, s_plain);
            case "xml":
                return Encoding.UTF8.GetBytes("<claims>" + string.Concat(body.Select(row =>
                    "<claim>" + string.Concat(row.Select((cell, i) => $"<{header[i]}>{SecurityElement.Escape(cell)}</{header[i]}>")) + "</claim>\n")) + "</claims>");
            case "xlsx":
                var strings = rows.SelectMany(row => row).ToArray();
                var xml = rows.Select((row, r) => $"<row r=\"{r + 1}\">" + string.Concat(row.Select((cell, c) =>
                    cell.Length == 0 ? "" : $"<c r=\"{(char)('A' + c)}{r + 1}\" t=\"s\"><v>{(r * header.Length) + c}</v></c>")) + "</row>");
                return Book.Make(string.Concat(xml), strings);
            default:
                return Packed(form, string.Concat(rows.Select(row => string.Join(form == "pipes" ? '|' : ',', row.Select(Quote)) + "\n")));
        }
    }

    private static byte[] Packed(string form, string csv)
    {
        if (form == "utf-16") return Encoding.Unicode.GetBytes(csv);
        if (form is not ("gzip" or "zip")) return Encoding.UTF8.GetBytes(csv);
        using var output = new MemoryStream();
        if (form == "gzip")
        {
            using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(csv));
            return output.ToArray();
        }

        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("claims.csv").Open();
            entry.Write(Encoding.UTF8.GetBytes(csv));
        }

        return output.ToArray();
    }

    /// <summary>Everything that somebody could read in a file.</summary>
    private static string Read(string form, byte[] file)
    {
        if (form is "zip" or "xlsx") return Book.Everything(file);
        if (form == "utf-16") return Encoding.Unicode.GetString(file);
        if (form != "gzip") return Encoding.UTF8.GetString(file);
        using var gzip = new StreamReader(new GZipStream(new MemoryStream(file), CompressionMode.Decompress));
        return gzip.ReadToEnd();
    }

    private static Dictionary<string, string> Object(string[] header, string[] row) => header.Select((name, i) => (name, row[i])).ToDictionary(p => p.name, p => p.Item2);

    private static string Quote(string cell) => cell.AsSpan().ContainsAny(",|\"\n") ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;

    private static List<string[]> Rows(byte[] csv)
    {
        using var reader = CsvReader.Create(csv, new CsvReaderOptions { Separator = ',', HasHeader = false });
        var rows = new List<string[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }
}
