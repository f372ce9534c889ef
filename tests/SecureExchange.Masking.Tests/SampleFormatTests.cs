using System.IO.Compression;
using System.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsvHelper;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tests.Files;
using SecureExchange.Samples;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests;

/// <summary>Every profile that comes along, for every audience and in every format that can hold its records: no personal value comes out.</summary>
public class SampleFormatTests
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string Name, string Format)[] s_tables =
    [
        ("csv", "format: csv"),
        ("pipes", "format: csv\ndelimiter: pipe"),
        ("utf-16", "format: csv\nencoding: utf-16le"),
        ("gzip", "format: csv\ncontainer: gzip"),
        ("zip", "format: csv\ncontainer: zip\nentries: ['*.csv']"),
        ("ndjson", "format: ndjson"),
        ("json", "format: json\nrecords: 'claims[*]'"),
        ("xml", "format: xml\nrecords: claims/claim"),
        ("xlsx", "format: xlsx"),
    ];

    private static readonly (string Profile, string Sample)[] s_ready =
    [
        ("medical-claims", "claims"), ("medical-claims-safe-harbor", "claims"), ("invoices", "invoices"), ("tickets", "tickets"), ("payments", "payments"), ("admissions", "admissions"),
        ("payroll", "payroll"), ("statements", "statements"), ("hr-payroll", "staff"), ("accounts-payable", "payables"), ("card-data", "card-transactions"),
        ("service-desk", "incidents"), ("supply-chain", "shipments"), ("call-transcripts", "calls"),
        ("claims-837", "claims-837"), ("remittances-835", "remittances-835"),
    ];

    public static TheoryData<string, string, string> Ready
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (var (profile, sample) in s_ready)
            {
                foreach (var form in FormsOf(File.ReadAllText(Path.Combine(Checkout.Root, "profiles", profile + ".yaml")))) data.Add(profile, sample, form);
            }

            return data;
        }
    }

    [Fact]
    public void No_profile_is_without_its_sample() => Assert.Equal(
        Directory.GetFiles(Path.Combine(Checkout.Root, "profiles"), "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal),
        s_ready.Select(ready => ready.Profile).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ready))]
    public void No_planted_value_survives_in_any_form_for_anybody_and_rows_come_back(string profile, string sample, string form)
    {
        var planted = new List<Planted>();
        var plain = Sample.Find(sample)!.ToArray(120, 11, planted.Add);
        var yaml = File.ReadAllText(Path.Combine(Checkout.Root, "profiles", profile + ".yaml"));
        var table = s_tables.FirstOrDefault(known => known.Name == form && yaml.Contains("format: csv", StringComparison.Ordinal));
        var file = table.Name is not null ? Write(form, Rows(plain)) : Wrapped(form, plain);
        yaml = table.Name is not null ? yaml.Replace("format: csv", table.Format, StringComparison.Ordinal) : Wrapping(form, yaml);
        using var all = new Exchange(yaml);
        var before = Read(form, file);
        var isXml = form is "xml" or "xlsx";
        foreach (var value in planted) Assert.True(before.Contains(Spelled(value, isXml), StringComparison.Ordinal), $"{value} isn't in the file");
        foreach (var audience in (string[])["operator", "vendor.agent@onshore", "vendor.agent@nearshore", "vendor.agent@offshore"])
        {
            using var exchange = all.For(audience);
            var sent = exchange.Dispatch(file, 10_000);
            Assert.Equal(120, sent.Report.Records + sent.Report.Suppressed);
            var after = Read(form, sent.Masked);
            foreach (var value in planted) Assert.False(after.Contains(Spelled(value, isXml), StringComparison.Ordinal), $"{value} is in the masked copy for {audience}");
            var back = exchange.Return(sent.Masked, sent.Manifest, 10_000);
            Assert.False(back.HasFindings, string.Join('\n', back.Lines));
            Assert.Equal(sent.Report.Records, back.Report.Rows);
        }
    }

    /// <summary>Who is further away never sees more of a field, and never more records.</summary>
    [Fact]
    public void Offshore_sees_no_more_than_nearshore_and_nearshore_no_more_than_onshore()
    {
        foreach (var (name, _) in s_ready)
        {
            var profile = MaskingProfile.Parse(File.ReadAllBytes(Path.Combine(Checkout.Root, "profiles", name + ".yaml")));
            var sights = Audience.Locations.Select(location => profile.For(new Audience("vendor.agent", location))).ToList();
            for (var i = 1; i < sights.Count; i++)
            {
                Assert.All(sights[i].Fields.Zip(sights[i - 1].Fields), pair => Assert.True(pair.First.Sight <= pair.Second.Sight, $"{name}: {pair.First.Name}"));
                Assert.Empty(sights[i - 1].LeavesOut.Except(sights[i].LeavesOut));
            }
        }
    }

    /// <summary>PCI DSS 4.0, 3.4.1 and 3.5.1: at most first six and last four, or a keyed hash, never both for one reader.</summary>
    [Fact]
    public void No_reader_of_card_data_gets_more_than_ten_digits_or_digits_beside_a_hash()
    {
        using var all = new Exchange(File.ReadAllBytes(Path.Combine(Checkout.Root, "profiles", "card-data.yaml")));
        var file = Sample.Find("card-transactions")!.ToArray(200, 3);
        foreach (var (audience, form) in new[] { ("@onshore", @"^\d{4} \d{2}\*\* \*{4} \d{4}$"), ("@nearshore", @"^\*{4} \*{4} \*{4} \d{4}$"), ("@offshore", "^[a-z2-7]{32}$"), ("operator", @"^\[redacted\]$") })
        {
            using var exchange = all.For(audience);
            var pans = exchange.Dispatch(file).Text.Split('\n')[1..^1].Select(row => row.Split(',')[1]).ToList();
            Assert.Equal(200, pans.Count);
            Assert.All(pans, pan => Assert.Matches(form, pan));
        }
    }

    private static IEnumerable<string> FormsOf(string yaml) => yaml.Contains("format: csv", StringComparison.Ordinal) ? s_tables.Select(known => known.Name)
        : yaml.Contains("format: ndjson", StringComparison.Ordinal) ? ["native", "native-gzip", "native-zip", "native-json"] : ["native", "native-gzip", "native-zip"];

    /// <summary>A file of a format of its own in what may be around it.</summary>
    private static byte[] Wrapped(string form, byte[] file) => form switch
    {
        "native-gzip" => Packed("gzip", Encoding.UTF8.GetString(file)),
        "native-zip" => Packed("zip", Encoding.UTF8.GetString(file)),
        "native-json" => Encoding.UTF8.GetBytes("{\"all\":[" + string.Join(",\n", Encoding.UTF8.GetString(file).TrimEnd('\n').Split('\n')) + "]}"),
        _ => file,
    };

    private static string Wrapping(string form, string yaml) => form switch
    {
        "native-gzip" => yaml + "container: gzip\n",
        "native-zip" => yaml + "container: zip\nentries: ['*']\n",
        "native-json" => yaml.Replace("format: ndjson", "format: json\nrecords: 'all[*]'", StringComparison.Ordinal),
        _ => yaml,
    };

    private static string Spelled(Planted value, bool isXml) => isXml ? SecurityElement.Escape(value.Value) : value.Value;

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
        if (form is "zip" or "native-zip" or "xlsx") return Book.Everything(file);
        if (form == "utf-16") return Encoding.Unicode.GetString(file);
        if (form is not ("gzip" or "native-gzip")) return Encoding.UTF8.GetString(file);
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
