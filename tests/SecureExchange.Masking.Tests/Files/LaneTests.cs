using System.Buffers;
using System.Globalization;
using System.Text;

namespace SecureExchange.Masking.Tests.Files;

/// <summary>Several batches at once give what one after the other gives: the file, the manifest, the report, and of bad files the error.</summary>
public class LaneTests
{
    private const string Fields =
        "id: { transform: fpe, alphabet: digits }\nname: { transform: tokenise }\nborn: { transform: shift-date, subject: id, max-days: 30 }\n"
        + "hash: { transform: hash }\nnote: { transform: scan, on-failure: redact }\ncity: { transform: keep }";

    private const string Risk = "risk: { quasi-identifiers: [city], search-kept-fields: true }";

    public static TheoryData<string> Formats => ["csv", "one column", "ndjson", "fixed-width", "text"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_is_masked_and_turned_back_alike_by_any_number_of_lanes(string format)
    {
        var file = File(format, new Dice(1), rows: 9000);
        var one = Run(format, file, lanes: 1, int.MaxValue);
        Assert.Null(one.Fault);
        var back = Unmask(format, one.Masked, 1);
        if (format is not ("csv" or "ndjson")) Assert.Equal(Encoding.UTF8.GetString(file), back); // Those have hashes, and leave records out.
        foreach (var (lanes, piece) in ((int, int)[])[(2, int.MaxValue), (3, 70_001), (5, 1 << 18)])
        {
            AssertSame(one, Run(format, file, lanes, piece));
            Assert.Equal(back, Unmask(format, one.Masked, lanes));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void What_is_wrong_with_a_file_is_told_alike_by_any_number_of_lanes(string format)
    {
        var dice = new Dice(2);
        string[] faults = ["\"", "\n", "\n\n", "\r", ",", "\n,,\n", "\0", "\xFF", "{", "}", "\"\n", "x,y\n", "\t"];
        var refused = 0;
        for (var round = 0; round < 30; round++)
        {
            var file = File(format, dice, rows: 5000).ToList();
            for (var i = dice.Next(1, 3); i > 0; i--)
            {
                var at = dice.Next(file.Count);
                if (dice.Next(4) == 0) file.RemoveRange(at, Math.Min(dice.Next(1, 200), file.Count - at));
                else file.InsertRange(at, Encoding.Latin1.GetBytes(faults[dice.Next(faults.Length)]));
            }

            var one = Run(format, [.. file], lanes: 1, int.MaxValue);
            AssertSame(one, Run(format, [.. file], 2 + (round % 3), 1 << dice.Next(10, 22)));
            if (one.Fault is not null) refused++;
        }

        Assert.InRange(refused, format == "text" ? 1 : 5, 30);
    }

    [Theory]
    [InlineData(200_000)]
    [InlineData(600_000)]
    [InlineData(1_100_000)]
    public void A_record_longer_than_a_batch_goes_through_up_to_the_limit(int length)
    {
        var file = Encoding.ASCII.GetBytes(
            string.Concat(Enumerable.Repeat("row,1\n", 60_000).Prepend("a,b\n").Append($"{new string('x', length)},\"{new string('\n', 99)}\"\n").Append("tail,2\n")));
        Outcome[] outcomes = [.. ((int[])[1, 3]).Select(lanes => Run(Exchange(lanes), file, 100_000))];
        AssertSame(outcomes[0], outcomes[1]);
        Assert.Equal(length > 1 << 20 ? RecordError.RecordTooLarge : null, outcomes[1].Fault?.Error);

        static Exchange Exchange(int lanes) => new("profile: t\nversion: 1\nformat: csv\nfields:\n  a: { transform: tokenise }\n  b: { transform: keep }\n") { Limits = new MaskingLimits { Lanes = lanes } };
    }

    [Theory]
    [InlineData("a,b\n", "1,2\n", "\n", false)]
    [InlineData("a,b\n", "1,2\r\n", "\r\n", false)]
    [InlineData("a\n", "1\n", "\n", true)]
    [InlineData("a\n", "1\r\n", "\r\n", true)]
    public void Blank_lines_are_what_they_are_wherever_a_batch_ends(string header, string row, string blank, bool isRow)
    {
        var rows = string.Concat(Enumerable.Repeat(row, 400_000 / row.Length));
        foreach (var (file, isWhole) in ((string, bool)[])[($"{header}{rows}{blank}{blank}{rows}{rows}", isRow), ($"{header}{rows}{rows}{string.Concat(Enumerable.Repeat(blank, 200_000))}", true)])
        {
            var profile = $"profile: t\nversion: 1\nformat: csv\ndelimiter: comma\nfields:\n  a: {{ transform: tokenise }}\n{(header.Length > 2 ? "  b: { transform: keep }\n" : "")}";
            Outcome[] outcomes = [.. ((int[])[1, 3]).Select(lanes => Run(new Exchange(profile) { Limits = new MaskingLimits { Lanes = lanes } }, Encoding.ASCII.GetBytes(file), int.MaxValue))];
            AssertSame(outcomes[0], outcomes[1]);
            Assert.Equal(isWhole, outcomes[1].Fault is null);
        }
    }

    [Fact]
    public void A_masker_that_is_given_up_waits_for_its_lanes_and_leaves_nothing()
    {
        for (var round = 0; round < 50; round++)
        {
            using var exchange = Exchange("csv", lanes: 3);
            var output = new ArrayBufferWriter<byte>();
            using var masker = exchange.NewMasker();
            masker.Mask(File("csv", new Dice(round), rows: 1000 + (round * 200)), output, output);
            Assert.True(masker.Report.Records >= 0); // Asked for while they work.
        }
    }

    private static Exchange Exchange(string format, int lanes) =>
        new(format switch
        {
            "csv" => $"profile: t\nversion: 1\nformat: csv\n{Risk}\nfields:\n  {Fields.Replace("\n", "\n  ", StringComparison.Ordinal)}\n",
            "ndjson" => $"profile: t\nversion: 1\nformat: ndjson\n{Risk}\nsuppress: [ {{ if: {{ field: city, is: Nowhere }} }} ]\nfields:\n  {Fields.Replace("\n", "\n  ", StringComparison.Ordinal)}\n",
            "one column" => "profile: t\nversion: 1\nformat: csv\nfields:\n  a: { transform: tokenise }\n",
            "fixed-width" => "profile: t\nversion: 1\nformat: fixed-width\nlayout: { id: { length: 10 }, name: { length: 60 } }\nfields:\n  id: { transform: fpe, alphabet: digits }\n  name: { transform: keep }\n",
            _ => "profile: t\nversion: 1\nformat: text\nrecords: line\nfields:\n  text: { transform: scan }\n",
        })
        { Limits = new MaskingLimits { Lanes = lanes } };

    private static byte[] File(string format, Dice dice, int rows)
    {
        var text = new StringBuilder(format switch { "csv" => "id,name,born,hash,note,city\r\n", "one column" => "a\n", _ => "" });
        for (var row = 0; row < rows; row++)
        {
            var (id, name) = ((1_000_000_000L + (row * 37)).ToString(CultureInfo.InvariantCulture), s_names[dice.Next(s_names.Length)]);
            var (born, note, city) = ($"19{dice.Next(10, 99)}-0{dice.Next(1, 9)}-1{dice.Next(9)}", s_notes[dice.Next(s_notes.Length)], dice.Next(50) == 0 ? "Nowhere" : "Porto");
            text.Append(format switch
            {
                "csv" => $"{id},\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{born},{row},\"{note}\",{city}{(dice.Next(3) == 0 ? "\r\n" : "\n")}",
                "one column" => dice.Next(9) == 0 ? "\n" : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\r\n",
                "ndjson" => $"{{\"id\":\"{id}\",\"name\":{System.Text.Json.JsonSerializer.Serialize(name)},\"born\":\"{born}\",\"hash\":\"{row}\",\"note\":{System.Text.Json.JsonSerializer.Serialize(note)},\"city\":\"{city}\"}}\n{(dice.Next(40) == 0 ? " \r\n" : "")}",
                "fixed-width" => $"{id}{born + " fixed",-60}\n",
                _ => $"{note.Replace("\n", " ", StringComparison.Ordinal)} {id}{(dice.Next(9) == 0 ? "\n\n" : "\n")}",
            });
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static readonly string[] s_names = ["Ana", "Bo \"B\" Lee", "Çelik\nÖ", "a,b", "=1+1", "漢字", "x\r\n\r\ny", new string('n', 300)];

    private static readonly string[] s_notes = ["call ana@example.org", "card 4111 1111 1111 1111,\nthanks", "nothing here", "born 1980-02-03; +1 415 555 0132", "⟦EMAIL:x⟧"];

    private static string Unmask(string format, byte[] masked, int lanes)
    {
        using var exchange = Exchange(format, lanes);
        return exchange.Unmask(Encoding.UTF8.GetString(masked), 200_000);
    }

    private static Outcome Run(string format, byte[] file, int lanes, int piece) => Run(Exchange(format, lanes), file, piece);

    private static Outcome Run(Exchange exchange, byte[] file, int piece)
    {
        using (exchange)
        {
            var (masked, manifest) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
            using var masker = exchange.NewMasker();
            RecordException? fault = null;
            try
            {
                for (var at = 0; at < file.Length; at += Math.Min(piece, file.Length - at)) masker.Mask(file.AsSpan(at, Math.Min(piece, file.Length - at)), masked, manifest);
                masker.Complete(masked, manifest);
            }
            catch (RecordException e)
            {
                fault = e;
            }

            var report = fault is null ? Describe(masker.Report) : "";
            return new Outcome(masked.WrittenSpan.ToArray(), manifest.WrittenSpan.ToArray(), fault, report);
        }
    }

    private static string Describe(MaskingReport report) =>
        $"{report.Records} {report.Suppressed} {report.Risk?.Anonymity?.K} {string.Join(' ', report.Leaks)}\n"
        + string.Join('\n', report.Fields.Select(field => $"{field.Name} {field.Count} {field.Failed} {string.Join(' ', field.Entities)}"));

    private static void AssertSame(Outcome one, Outcome other)
    {
        Assert.Equal(one.Fault?.Message, other.Fault?.Message);
        Assert.Equal((one.Fault?.Error, one.Fault?.Row, one.Fault?.Field), (other.Fault?.Error, other.Fault?.Row, other.Fault?.Field));
        Assert.True(one.Masked.AsSpan().SequenceEqual(other.Masked), "the masked files differ");
        Assert.True(one.Manifest.AsSpan().SequenceEqual(other.Manifest), "the manifests differ");
        Assert.Equal(one.Report, other.Report);
    }

    private sealed record Outcome(byte[] Masked, byte[] Manifest, RecordException? Fault, string Report);
}
