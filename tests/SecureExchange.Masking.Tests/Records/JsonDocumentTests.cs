using System.Text;
using System.Text.Json;

namespace SecureExchange.Masking.Tests.Records;

public class JsonDocumentTests
{
    private const string Fields = "id: { transform: keep }\nname: { transform: tokenise }\nnote: { transform: redact }";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    [Theory]
    [InlineData("[*]", "[]")]
    [InlineData("[*]", " [ ] \n")]
    [InlineData("$[*]", "\uFEFF[\n  {\"name\": \"Ana \\u00e9\", \"id\":  1.50},\r\n  {\"id\":2 , \"name\":\"Bo\\/\"}\n]\n")]
    [InlineData("claims[*]", "{\"claims\":[{\"id\":1,\"name\":\"Ana\"}]}")]
    [InlineData("$.claims[*]", "{ \"claims\" : [ {\"id\":1,\"name\":\"Ana\"} , {} ] }\n\n")]
    [InlineData("a.b.c[*]", "{\"a\":{\"b\":{\"c\":[{\"id\":1,\"name\":\"[{\\\"]}\"}]}}}")]
    public void A_document_comes_back_to_the_byte(string records, string file)
    {
        using var exchange = Exchange.Of("json", Fields, $"records: '{records}'");
        var sent = exchange.RoundTrip(file);
        Assert.DoesNotContain("Ana", sent.Text, StringComparison.Ordinal);
        JsonDocument.Parse(sent.Text.TrimStart('\uFEFF'));
    }

    [Fact]
    public void A_document_without_an_array_is_one_record()
    {
        using var exchange = Exchange.Of("json", "patient.name: { transform: tokenise }\nvisits[*].note: { transform: redact }\nid: { transform: keep }");
        var sent = exchange.Dispatch("{\n  \"id\": 7,\n  \"patient\": { \"name\": \"Ana\" },\n  \"visits\": [ { \"note\": \"ill\" } ]\n}\n");
        Assert.Equal(1, sent.Report.Records);
        Assert.StartsWith("{\n  \"id\": 7,\n  \"patient\": { \"name\": \"", sent.Text, StringComparison.Ordinal);
        Assert.EndsWith(" },\n  \"visits\": [ { \"note\": \"[redacted]\" } ]\n}\n", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_around_the_records_is_masked_by_paths_from_the_root()
    {
        using var exchange = Exchange.Of("json",
            "$.batch.no: { transform: keep }\n$.batch.contact: { transform: tokenise }\n$.checked_by: { transform: tokenise }\n" + Fields,
            "records: batch.claims[*]\nrow-key: id");
        const string File = "{\"batch\":{\"no\":3,\"contact\":\"Ana\",\"claims\":[{\"id\":1,\"name\":\"Bo\"},{\"id\":2,\"name\":\"Cy\"}]},\"checked_by\":\"Di\"}";
        var sent = exchange.RoundTrip(File);
        foreach (var name in (string[])["Ana", "Bo", "Cy", "Di"]) Assert.DoesNotContain($"\"{name}\"", sent.Text, StringComparison.Ordinal);
        Assert.Equal(4, sent.Report.Records); // Two records, and what is in front of and behind them.
        var swapped = sent.Text.Replace(Between(sent.Text, "contact\":\""), "x", StringComparison.Ordinal);
        Assert.True(exchange.Return(swapped, sent.Manifest).HasFindings);
    }

    [Theory]
    [InlineData("{\"x\":1,\"claims\":[{\"id\":1,\"y\":2}],\"z\":{\"q\":1}}", "{\"claims\":[{\"id\":1}]}")]
    [InlineData("{\"claims\":[],\"z\":1}", "{\"claims\":[]}")]
    [InlineData("{\"x\":[1,2], \"claims\":[ ]}", "{\"claims\":[ ]}")]
    public void Unlisted_members_are_dropped_around_the_records_too(string file, string expected)
    {
        using var exchange = Exchange.Of("json", Fields, "records: claims[*]\nunlisted: drop");
        Assert.Equal(expected, exchange.Mask(file));
        Assert.Equal(expected, exchange.Mask(file, piece: 1));
    }

    public static TheoryData<string, RecordError, long> Faults => new()
    {
        { "", RecordError.NotJson, 1 },
        { "{\"claims\":[{\"id\":1},]}", RecordError.NotJson, 2 },
        { "{\"claims\":[,{\"id\":1}]}", RecordError.NotJson, 1 },
        { "{\"claims\":[{\"id\":1}{\"id\":1}]}", RecordError.NotJson, 2 },
        { "{\"claims\":[{\"id\":1}", RecordError.NotJson, 2 },
        { "{\"claims\":[{\"id\":1", RecordError.NotJson, 1 },
        { "{\"claims\":[{\"id\":1}]", RecordError.NotJson, 2 },
        { "{\"claims\":[{\"id\":1}]}}", RecordError.NotJson, 2 },
        { "{\"claims\":[{\"id\":1}]} x", RecordError.NotJson, 2 },
        { "{\"claims\":[{\"id\":1,\"id\":2}]}", RecordError.DuplicateKey, 1 },
        { "{\"claims\":[],\"claims\":[{\"id\":1}]}", RecordError.DuplicateKey, 1 },
        { "{\"claims\":[{\"id\":1},5]}", RecordError.NotAnObject, 2 },
        { "{\"claims\":{\"id\":1}}", RecordError.NotAnObject, 1 },
        { "{\"claims\":null}", RecordError.NotAnObject, 1 },
        { "{\"other\":[]}", RecordError.NotAnObject, 1 },
        { "{\"note\":\"Ana\",\"claims\":[]}", RecordError.UnlistedField, 1 },
        { "{\"claims\":[{\"id\":1}],\"note\":\"Ana\"}", RecordError.UnlistedField, 2 },
        { "[{\"id\":1}]", RecordError.NotAnObject, 1 },
        { "{\"claims\":[{\"na\0me\":1}]}", RecordError.NotJson, 1 },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_document_is_refused_with_the_record(string file, RecordError error, long row)
    {
        using var exchange = Exchange.Of("json", Fields, "records: claims[*]");
        foreach (var piece in (int[])[int.MaxValue, 1, 7])
        {
            var e = exchange.Refused(Encoding.UTF8.GetBytes(file), piece);
            Assert.Equal((error, row), (e.Error, e.Row));
            Assert.DoesNotContain("Ana", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_long_array_streams_and_says_the_same_as_a_reader_of_the_platform()
    {
        using var exchange = Exchange.Of("json", Fields, "records: '[*]'");
        var chance = new Dice(4);
        var names = Enumerable.Range(0, 5000).Select(_ => new string([.. Enumerable.Range(0, chance.Next(12)).Select(_ => "aä\"\\/\n😀"[chance.Next(6)])])).ToList();
        var file = JsonSerializer.SerializeToUtf8Bytes(names.Select((name, i) => new { id = i, name }), s_indented);
        var sent = exchange.Dispatch(file);
        Assert.Equal(5000, sent.Report.Records);
        Assert.Equal(file, exchange.Return(sent.Masked, sent.Manifest).Bytes);
        Assert.Equal(5000, JsonDocument.Parse(sent.Masked).RootElement.GetArrayLength());
    }

    [Fact]
    public void Text_that_was_broken_anywhere_is_refused_or_read_as_the_platform_reads_it()
    {
        using var exchange = Exchange.Of("json", "id: { transform: keep }\nname: { transform: keep }\n$.x: { transform: keep }", "records: claims[*]");
        var good = Encoding.UTF8.GetBytes("{\"x\": \"a\\u0041\", \"claims\": [ {\"id\": 1, \"name\": \"Ana\"}, {\"id\": 2e5, \"name\": null} ] }");
        var chance = new Dice(11);
        for (var round = 0; round < 4000; round++)
        {
            var bytes = (byte[])good.Clone();
            for (var edits = chance.Next(1, 4); edits > 0; edits--) bytes[chance.Next(bytes.Length)] = (byte)"{}[],:\"\\0a \n"[chance.Next(12)];
            try
            {
                var sent = exchange.Dispatch(bytes, chance.Next(1, 20));
                Assert.Equal(bytes, sent.Masked);
                JsonDocument.Parse(bytes);
            }
            catch (RecordException)
            {
                // Refused, which is always allowed here.
            }
        }
    }

    private static string Between(string text, string start)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf('"', from)];
    }
}
