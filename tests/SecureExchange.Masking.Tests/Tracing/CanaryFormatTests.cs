using System.Buffers;
using System.Text;
using SecureExchange.Masking.Originals;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tests.Tracing;

/// <summary>Canary rows in each format that takes them, beside conditions, patterns and what is kept of values: sent like any row, traced,
/// and gone from what comes back.</summary>
public sealed class CanaryFormatTests
{
    private const int People = 240;
    private const string Trace = "trace: { canary-every: 12 }\nrow-key: id";

    public static TheoryData<string, string, string, string> Forms => new()
    {
        { "ndjson", "id: { transform: keep }\nname: { transform: tokenise }\nage: { transform: keep }\nssn: { transform: fpe, alphabet: digits }", "", "ndjson" },
        { "ndjson", "id: { transform: tokenise }\nname: { transform: tokenise }\nage: { transform: keep }\nssn: { transform: keep }", "", "ndjson" },
        { "ndjson", "id: { transform: keep }\n'lines[*].iban': { transform: tokenise }\n'lines[*].text': { transform: scan }\nnote: { transform: drop }", "", "arrays" },
        { "ndjson", "id: { transform: keep }\nname: { transform: tokenise, when: [ { if: { field: age, more-than: 50 }, transform: keep } ] }\nage: { transform: keep }\nssn: { transform: tokenise }", "", "ndjson" },
        { "ndjson", "id: { transform: keep }\nname: { transform: tokenise }\nage: { transform: keep }\nssn: { transform: fpe, alphabet: digits }", "suppress: [ { if: { field: age, more-than: 70 } } ]", "ndjson" },
        { "fixed-width", "id: { transform: keep }\nname: { transform: keep }\nssn: { transform: fpe, alphabet: digits }\ncity: { transform: keep }", Layout, "fixed" },
        { "fixed-width", "id: { transform: fpe, alphabet: digits }\nname: { transform: keep }\nssn: { transform: fpe, alphabet: digits }\ncity: { transform: keep }", Layout + "\nline-ends: none", "fixed, no line ends" },
        { "fixed-width", "id: { transform: keep }\nname: { transform: keep }\nssn: { transform: fpe, alphabet: digits }\ncity: { transform: keep }", Layout + "\nsuppress: [ { if: { field: city, is: Oslo } } ]", "fixed" },
        { "csv", "id: { transform: keep }\nname: { transform: tokenise }\nage: { transform: keep }\nssn: { transform: fpe, alphabet: digits }", "suppress: [ { if: { field: age, more-than: 70 } } ]", "csv" },
        { "csv", "id: { transform: keep }\nname: { transform: tokenise }\nage: { transform: keep }\nssn: { transform: fpe, alphabet: digits, when: [ { if: { field: age, at-most: 50 }, transform: keep } ] }", "", "csv" },
        { "csv", "id: { transform: keep }", "patterns:\n  'note_*': { transform: tokenise }", "patterns" },
    };

    private const string Layout = "layout:\n  id: { picture: 9(8) }\n  name: { picture: X(10) }\n  ssn: { length: 9 }\n  city: { length: 6, justify: right }";

    [Theory]
    [MemberData(nameof(Forms))]
    public void Canaries_are_sent_traced_and_gone_from_what_comes_back(string format, string fields, string top, string shape)
    {
        using var exchange = Exchange.Of(format, fields, $"{Trace}\n{top}");
        var file = File(shape);
        var sent = exchange.Dispatch(file);
        Assert.InRange(sent.Report.Canaries, 3, 60);
        Assert.Equal(People, sent.Report.Records + sent.Report.Suppressed - sent.Report.Canaries);

        // Without canaries the same rows go out.
        using var without = Exchange.Of(format, fields, $"row-key: id\n{top}");
        var length = shape == "fixed, no line ends" ? 33 : 0;
        var theirs = Lines(sent.Text, length);
        var plain = Lines(without.Dispatch(file).Text, length);
        Assert.Equal(plain, theirs.Where(plain.Contains));
        Assert.Equal(sent.Report.Canaries, theirs.Count - plain.Count);
        Assert.Equal(plain.Count, theirs.Count(plain.Contains));

        var back = exchange.Return(sent.Masked, sent.Manifest);
        Assert.False(back.HasFindings, string.Join('\n', back.Lines));
        Assert.Equal(without.Return(without.Dispatch(file).Masked, without.Dispatch(file).Manifest).Text, back.Text);
        var traced = exchange.Trace(sent.Masked, sent.Manifest);
        Assert.Equal(sent.Report.Canaries, traced.Canaries);
        Assert.True(traced.IsTraced, $"{traced}");
        Assert.Equal(0, exchange.Trace(without.Dispatch(file).Masked, sent.Manifest).Canaries);
        foreach (var piece in (int[])[1, 13])
        {
            Assert.Equal(sent.Text, exchange.Dispatch(Encoding.UTF8.GetBytes(file), piece).Text);
            Assert.Equal(back.Text, exchange.Return(sent.Masked, sent.Manifest, piece).Text);
        }
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    public void A_row_that_is_found_by_its_number_has_its_own_value_whatever_canaries_stand_before_it(string format)
    {
        using var exchange = Exchange.Of(format, "id: { transform: keep }\nname: { transform: redact }\nage: { transform: keep }\nssn: { transform: mask, keep-last: 4 }", Trace);
        using var masker = exchange.NewMasker();
        var (masked, manifest, originals) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        masker.Mask(Encoding.UTF8.GetBytes(File(format)), masked, manifest, originals);
        masker.Complete(masked, manifest, originals);
        var rows = Lines(Encoding.UTF8.GetString(masked.WrittenSpan), 0).Skip(format == "csv" ? 1 : 0).ToList();
        Assert.Equal(People + masker.Report.Canaries, rows.Count);
        var next = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            var name = Find(exchange.Profile, originals.WrittenSpan, "name", row + 1);
            Assert.NotNull(name);
            if (!rows[row].Contains($"C-{next:d6}", StringComparison.Ordinal)) continue;
            Assert.Equal($"Person {next}", name);
            next++;
        }

        Assert.Equal(People, next);
    }

    [Theory]
    [InlineData("xml", "records: b/r", "canary rows are put into csv, ndjson, json, fixed-width, xlsx only, not into xml; leave it out, and mark tokens with watermark")]
    [InlineData("text", "", "canary rows are put into csv, ndjson, json, fixed-width, xlsx only, not into text; leave it out, and mark tokens with watermark")]
    [InlineData("json", "", "the whole document is one record, and canary rows stand between records; say records, or leave it out and mark tokens with watermark")]
    public void A_format_that_takes_none_says_so(string format, string top, string expected)
    {
        var error = Assert.Throws<ProfileException>(() => Exchange.Of(format, format == "text" ? "text: { transform: scan }" : "id: { transform: keep }", $"trace: {{ canary-every: 12 }}\n{top}"));
        Assert.Equal(ProfileError.WrongValue, error.Error);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("suppress: [ { if: { field: id, is: x } } ]", "")]
    [InlineData("", ", when: [ { if: { field: id, is: x }, transform: redact } ]")]
    public void A_condition_on_the_row_key_is_refused_beside_canaries(string top, string when)
    {
        var error = Assert.Throws<ProfileException>(() => Exchange.Csv($"id: {{ transform: keep }}\nname: {{ transform: tokenise{when} }}", $"{Trace}\n{top}"));
        Assert.Contains("row key of their own", error.Message, StringComparison.Ordinal);
    }

    private static string? Find(MaskingProfile profile, ReadOnlySpan<byte> originals, string field, long row)
    {
        using var cell = new OriginalCell(profile, field, row);
        cell.Read(originals);
        return cell.Take() is { } value ? Encoding.UTF8.GetString(value) : null;
    }

    private static List<string> Lines(string text, int length) => length > 0
        ? [.. text.Chunk(length).Select(chunk => new string(chunk))]
        : [.. text.TrimEnd('\n').Split('\n')];

    private static string File(string shape)
    {
        var random = new Dice(5);
        var text = new StringBuilder(shape switch { "csv" => "id,name,age,ssn\n", "patterns" => "note_b,id,note_a\n", _ => "" });
        for (var n = 0; n < People; n++)
        {
            var (age, ssn, city) = (random.Next(18, 90), random.Next(100_000_000, 900_000_000), random.Next(3) switch { 0 => "Oslo", 1 => "Geneva", _ => "Rio" });
            text.Append(shape switch
            {
                "csv" => $"C-{n:d6},Person {n},{age},{ssn}\n",
                "patterns" => $"\"left {n}\",C-{n:d6},right {n}\n",
                "ndjson" => $"{{\"id\":\"C-{n:d6}\", \"name\":\"Person {n}\",\"age\":{age},\"ssn\":\"{ssn}\"}}\n",
                "arrays" => $"{{\"id\":{n + 1_000_000},\"note\":\"x\",\"lines\":[{{\"iban\":\"DE{ssn}\",\"text\":\"mail ana{n}@example.com\"}},{{\"iban\":\"FR{ssn}\\u0041\"}}]}}\n",
                _ => $"{n + 10_000_000}Person {n % 100,-3}{ssn}{city,6}{(shape == "fixed" ? "\n" : "")}",
            });
        }

        return text.ToString();
    }
}
