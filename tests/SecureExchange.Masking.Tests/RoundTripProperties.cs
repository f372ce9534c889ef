using System.Security;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml.Linq;
using CsvHelper;
using FsCheck;
using FsCheck.Fluent;
using SecureExchange.Masking.Tests.Files;

namespace SecureExchange.Masking.Tests;

/// <summary>For whatever values: what a reversible transform masks turns back to the byte, in every format, and another program reads the
/// masked file as the records that it is meant to be.</summary>
public class RoundTripProperties
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Gen<string> s_text = Gen.Elements(
            "a", "B", "7", " ", ",", ";", "\"", "'", "\n", "\r\n", "\t", "<", ">", "&", "]]>", "|", "^", "~", "*", ":", "\\", "/", "=", "+", "@", "é", "漢", "😀", "\u200b", "ß", "tok_", "⟦", "[[",
            "ana@example.org", "4111 1111 1111 1111", "078-05-1120", "(415) 555-0132", "<!-- x -->", "null", "true", "-1.50")
        .ArrayOf().Select(string.Concat);

    private static readonly Gen<string> s_digits = Gen.Choose(6, 18).SelectMany(length => Gen.Elements("0", "1", "2", "5", "8", "9").ArrayOf(length)).Select(string.Concat);

    private static readonly Gen<string> s_dates = Gen.Choose(1, 1_200_000).Select(days => new DateOnly(1900, 1, 1).AddDays(days % 80_000).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

    private static readonly (string Name, string Rule, Gen<string> Values)[] s_transforms =
    [
        ("tokenise", "transform: tokenise", s_text),
        ("tokenise by subject", "transform: tokenise, context: subject, subject: k", s_text),
        ("vault-token", "transform: vault-token", s_text),
        ("scan", "transform: scan, countries: all", s_text),
        ("pseudonym", "transform: pseudonym, kind: person, locale: us, reversible: true", s_text),
        ("fpe", "transform: fpe, alphabet: digits", s_digits),
        ("fpe by subject", "transform: fpe, alphabet: digits, tweak: subject, subject: k", s_digits),
        ("fpe with a check digit", "transform: fpe, alphabet: digits, check: luhn", s_digits.Select(WithLuhn)),
        ("shift-date", "transform: shift-date, subject: k, max-days: 90", s_dates),
        ("by condition", "transform: tokenise, when: [ { if: { field: k, is: ['1', '3'] }, transform: keep }, { if: { field: k, is: '2' }, transform: vault-token } ]", s_text),
        ("keep", "transform: keep", s_text),
    ];

    /// <summary>Formats, with what the key and the value are called in each, and what else has to be listed.</summary>
    private static readonly (string Name, string Top, string Key, string Value, string Others)[] s_formats =
    [
        ("csv", "format: csv", "k", "v", ""), ("ndjson", "format: ndjson", "k", "v", ""), ("json", "format: json\nrecords: 'all[*]'", "k", "v", ""),
        ("xml", "format: xml\nrecords: all/r", "k", "v", ""), ("xlsx", "format: xlsx", "k", "v", ""), ("hl7", "format: hl7", "PID-3", "PID-5", "  MSH: { transform: keep }\n"),
        ("x12", "format: x12\nrecords: CLM", "CLM-01", "CLM-02", "  ISA: { transform: keep }\n  IEA: { transform: keep }\n"),
        ("fixed-width", "format: fixed-width\nlayout: { k: { length: 4 }, v: { length: 1200 } }", "k", "v", ""),
        ("text", "format: text\nrecords: line", "", "text", ""), ("eml", "format: eml", "Subject", "text", ""),
    ];

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (transform, _, _) in s_transforms)
            {
                foreach (var (format, _, key, _, _) in s_formats)
                {
                    // A line of text has nothing beside itself to hang on.
                    if (key.Length > 0 || !(transform.Contains("subject", StringComparison.Ordinal) || transform is "by condition" or "shift-date")) data.Add(transform, format);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void What_is_masked_turns_back_to_the_byte_and_is_read_by_others(string transform, string format)
    {
        var (_, rule, values) = s_transforms.First(known => known.Name == transform);
        var (_, top, key, value, others) = s_formats.First(known => known.Name == format);
        rule = rule.Replace("subject: k", $"subject: {key}", StringComparison.Ordinal).Replace("field: k", $"field: {key}", StringComparison.Ordinal);
        var yaml = $"profile: p\nversion: 1\n{top}\nfields:\n{others}{(key.Length > 0 ? $"  {key}: {{ transform: keep }}\n" : "")}  {value}: {{ {rule} }}\n";
        var isDigits = transform.StartsWith("fpe", StringComparison.Ordinal);
        var rows = values.Select(text => Fit(text, format)).Where(text => text.Length is > 0 and < 200 && (!isDigits || text.Length >= 6)).ArrayOf();
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(40).WithQuietOnSuccess(true),
            Prop.ForAll(rows.Where(all => all.Length > 0).ToArbitrary(), all => Holds(yaml, format, transform, all)));
    }

    private static void Holds(string yaml, string format, string transform, string[] values)
    {
        using var exchange = new Exchange(yaml);
        var file = Write(format, transform, values);
        var sent = exchange.Dispatch(file);
        Assert.Equal(values.Length, sent.Report.Records - (format == "eml" ? 1 : 0)); // The message that the others are in.
        var masked = Read(format, sent.Masked);
        Assert.Equal(values.Length, masked.Count);
        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        if (format == "xlsx")
        {
            Assert.Equal(Read(format, file), Read(format, back.Bytes)); // Workbooks are written anew.
            return;
        }

        Assert.Equal(Encoding.UTF8.GetString(file), back.Text);
        Assert.Equal(back.Text, exchange.Unmask(sent.Text));
    }

    /// <summary>A value that the format can hold, in a spelling that every writer of it would use.</summary>
    private static string Fit(string value, string format) => format switch
    {
        "xml" => value.Replace("\r", "", StringComparison.Ordinal),
        "xlsx" => value.Replace("\r", "", StringComparison.Ordinal).Trim(),
        "hl7" => string.Concat(value.Where(c => c is not ('\r' or '\n' or '\t' or '|' or '^' or '~' or '&' or '\\'))).Trim(),
        "x12" => string.Concat(value.Where(c => c is not ('\r' or '\n' or '\t' or '~' or '*' or ':' or '^'))).Trim(),
        "fixed-width" => string.Concat(value.Where(c => c is not ('\r' or '\n' or '\t'))).Trim(),
        "text" => string.Concat(value.Where(c => c is not ('\r' or '\n'))).Trim(),
        "eml" => value.Trim(),
        _ => value,
    };

    private static byte[] Write(string format, string transform, string[] values) => format switch
    {
        "csv" => Encoding.UTF8.GetBytes("k,v\n" + string.Concat(values.Select((value, i) => $"{i},\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n"))),
        "ndjson" => Encoding.UTF8.GetBytes(string.Concat(values.Select((value, i) => Json(i, value, transform) + "\n"))),
        "json" => Encoding.UTF8.GetBytes($"{{\"all\": [{string.Join(" ,", values.Select((value, i) => Json(i, value, transform)))}]}}"),
        "xml" => Encoding.UTF8.GetBytes("<all>" + string.Concat(values.Select((value, i) => $"<r><k>{i}</k><v>{SecurityElement.Escape(value).Replace("&apos;", "'", StringComparison.Ordinal).Replace("&quot;", "\"", StringComparison.Ordinal)}</v></r>")) + "</all>"),
        "hl7" => Encoding.UTF8.GetBytes(string.Concat(values.Select((value, i) => $"MSH|^~\\&|A|B|C|D|20260101||ADT^A01|{i}|P|2.5\rPID|||{i}||{value}\r"))),
        "x12" => Encoding.UTF8.GetBytes("ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*0800*^*00501*000000001*0*P*:~"
            + string.Concat(values.Select((value, i) => $"CLM*{i}*{value}~\n")) + "IEA*0*000000001~"),
        "fixed-width" => Encoding.UTF8.GetBytes(string.Concat(values.Select((value, i) => $"{i,-4}{value}{new string(' ', 1200 - value.EnumerateRunes().Count())}\r\n"))),
        "text" => Encoding.UTF8.GetBytes(string.Concat(values.Select(value => value + "\n"))),
        "eml" => Encoding.UTF8.GetBytes("Subject: all\r\nContent-Type: multipart/mixed; boundary=next\r\n\r\n" + string.Concat(values.Select((value, i) =>
            $"--next\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: {i}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{value}\r\n")) + "--next--\r\n"),
        _ => Book.Make(
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>" + string.Concat(values.Select((_, i) =>
                $"<row r=\"{i + 2}\"><c r=\"A{i + 2}\" t=\"inlineStr\"><is><t>{i}</t></is></c><c r=\"B{i + 2}\" t=\"s\"><v>{i + 2}</v></c></row>")),
            ["k", "v", .. values.Select(value => $"<t>{SecurityElement.Escape(value)}</t>")]),
    };

    /// <summary>What carries a spelling is given one with escapes that needn't be; the others say that they can't.</summary>
    private static string Json(int i, string value, string transform)
    {
        var text = JsonSerializer.Serialize(value, s_plain);
        if (transform is not ("tokenise" or "tokenise by subject" or "scan" or "keep"))
            text = text.Replace("\\uD83D\\uDE00", "😀", StringComparison.Ordinal).Replace("\\u200B", "\u200b", StringComparison.Ordinal);
        return $"{{\"k\":\"{i}\",\"v\":{text}}}";
    }

    /// <summary>The values as another program reads them.</summary>
    private static List<string> Read(string format, byte[] file)
    {
        switch (format)
        {
            case "csv":
                using (var reader = CsvReader.Create(file, new CsvReaderOptions { Separator = ',', HasHeader = false }))
                {
                    var cells = new List<string>();
                    while (reader.Read())
                    {
                        Assert.Equal(2, reader.FieldCount);
                        cells.Add(reader.GetString(1));
                    }

                    return cells[1..];
                }

            case "ndjson":
                return [.. Encoding.UTF8.GetString(file).TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty("v").GetString()!)];
            case "json":
                return [.. JsonDocument.Parse(file).RootElement.GetProperty("all").EnumerateArray().Select(record => record.GetProperty("v").GetString()!)];
            case "xml":
                return [.. XDocument.Parse(Encoding.UTF8.GetString(file), LoadOptions.PreserveWhitespace).Root!.Elements("r").Select(record => record.Element("v")!.Value)];
            case "hl7":
                return [.. Encoding.UTF8.GetString(file).Split('\r').Where(line => line.StartsWith("PID", StringComparison.Ordinal)).Select(line => line.Split('|')[5])];
            case "x12":
                return [.. Encoding.UTF8.GetString(file).Split('~').Where(segment => segment.Contains("CLM*", StringComparison.Ordinal)).Select(segment => segment.Split('*')[2])];
            case "fixed-width":
                return [.. Encoding.UTF8.GetString(file).Split("\r\n")[..^1].Select(line => line[4..].TrimEnd(' '))];
            case "text":
                return [.. Encoding.UTF8.GetString(file).TrimEnd('\n').Split('\n')];
            case "eml":
                return [.. Encoding.UTF8.GetString(file).Split("--next\r\n")[1..].Select(part => part.Split("\r\n\r\n", 3)[2])];
            default:
                return [.. Book.Cells(file).Where(cell => cell[0] == 'B').Skip(1)];
        }
    }

    private static string WithLuhn(string digits)
    {
        var sum = digits.Reverse().Select((c, i) => i % 2 == 1 ? c - '0' : (c - '0') * 2 > 9 ? ((c - '0') * 2) - 9 : (c - '0') * 2).Sum();
        return digits + (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
