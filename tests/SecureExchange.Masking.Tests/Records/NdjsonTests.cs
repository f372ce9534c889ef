using System.Buffers;
using System.Text.Json.Nodes;
using System.Text.Json;
using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Records;

public class NdjsonTests
{
    private const string Fields = """
        id: { transform: keep }
        claimant.name: { transform: tokenise }
        claimant.zip: { transform: truncate, keep: 2 }
        lines[*].iban: { transform: fpe, alphabet: digits-upper }
        lines[*].amount: { transform: bucket, size: 100 }
        tags[*]: { transform: keep }
        extra: { transform: redact }
        """;

    [Theory]
    [InlineData("""{"id":1}""")]
    [InlineData("""  { "id" : 1.50e3 , "tags" : [ "a\u00e9" , null, true, 7 ] }  """)]
    [InlineData("""{"id":null,"claimant":null,"lines":[],"tags":[],"extra":null}""")]
    [InlineData("""{"claimant":{},"lines":[{},null]}""")]
    [InlineData("""{"claimant":{"name":"","zip":""},"extra":""}""")]
    [InlineData("""{}""")]
    public void What_isnt_masked_keeps_its_bytes(string record)
    {
        using var exchange = Exchange.Ndjson(Fields);
        Assert.Equal(record + "\n", exchange.Mask(record + "\n"));
        Assert.Equal("\uFEFF" + record + "\r\n\n" + record, exchange.Mask("\uFEFF" + record + "\r\n\n" + record, 1));
    }

    [Theory]
    [InlineData("""{"claimant":{"zip":"12345"}}""", """{"claimant":{"zip":"12"}}""")]
    [InlineData("""{"lines":[{"amount":123.4},{"amount":"250"},{"amount":-1}]}""", """{"lines":[{"amount":100},{"amount":"200"},{"amount":-100}]}""")]
    [InlineData("""{"extra":{"a":[1,{"b":2}]},"id":1}""", """{"extra":"[redacted]","id":1}""")]
    [InlineData("""{"extra":[1,2], "id":1}""", """{"extra":"[redacted]", "id":1}""")]
    [InlineData("""{"extra":12.5}""", """{"extra":"[redacted]"}""")]
    [InlineData("""{"\u0069d":1,"ex\u0074ra":true}""", """{"\u0069d":1,"ex\u0074ra":"[redacted]"}""")]
    public void Values_are_masked_where_they_stand(string record, string expected)
    {
        using var exchange = Exchange.Ndjson(Fields);
        Assert.Equal(expected, exchange.Mask(record));
    }

    [Theory]
    [InlineData("""{"v":"Ana"}""")]
    [InlineData("""{"v":12.50e+3}""")]
    [InlineData("""{"v":true}""")]
    [InlineData("""{"v":"a\"b\\c\nd\u0001"}""")]
    [InlineData("""{"v":"Jos\u00e9 \ud83d\ude00"}""")]
    [InlineData("""{"v":"a\/b"}""")]
    [InlineData("""{"v":"Zoë 日本 / x"}""")]
    public void A_token_gives_back_type_and_spelling(string record)
    {
        using var exchange = Exchange.Ndjson("v: { transform: tokenise }");
        var sent = exchange.Dispatch(record);
        Assert.StartsWith("""{"v":"tok_""", sent.Text, StringComparison.Ordinal);
        var back = exchange.Return(sent.Text, sent.Manifest);
        Assert.Equal(record, back.Text);
        Assert.False(back.HasFindings);
    }

    [Theory]
    [InlineData("text", """{"v":"12-34\/5678"}""")]
    [InlineData("number", """{"v":-12345.678}""")]
    [InlineData("number", """{"v":10000001}""")]
    public void FPE_gives_back_type_and_spelling(string type, string record)
    {
        using var exchange = Exchange.Ndjson($"v: {{ transform: fpe, alphabet: digits, type: {type} }}");
        var sent = exchange.Dispatch(record);
        Assert.Equal(JsonValueKind.String, JsonDocument.Parse(sent.Masked).RootElement.GetProperty("v").ValueKind);
        Assert.Equal(record, exchange.Return(sent.Text, sent.Manifest).Text);
    }

    [Theory]
    [InlineData("""{"extra1":1}""", RecordError.UnlistedField, "extra1")]
    [InlineData("""{"ana@example.org":1}""", RecordError.UnlistedField, "(another name)")]
    [InlineData("""{"claimant":{"Ana":null}}""", RecordError.UnlistedField, "claimant.Ana")]
    [InlineData("""{"claimant":"Ana"}""", RecordError.UnlistedField, "claimant")]
    [InlineData("""{"claimant":[]}""", RecordError.UnlistedField, "claimant")]
    [InlineData("""{"lines":{"iban":"x"}}""", RecordError.UnlistedField, "lines")]
    [InlineData("""{"lines":["Ana"]}""", RecordError.UnlistedField, "lines[*]")]
    [InlineData("""{"lines":[[]]}""", RecordError.UnlistedField, "lines[*]")]
    [InlineData("""{"id":{"x":1}}""", RecordError.NotAValue, "id")]
    [InlineData("""{"tags":[[1]]}""", RecordError.NotAValue, "tags[*]")]
    [InlineData("""{"id":1,"id":2}""", RecordError.DuplicateKey, null)]
    [InlineData("""{"id":1,"\u0069d":2}""", RecordError.DuplicateKey, null)]
    [InlineData("""{"extra":{"a":1,"b":{"c":1,"c":2}}}""", RecordError.DuplicateKey, null)]
    [InlineData("""{"lines":[{"iban":12345678}]}""", RecordError.WrongType, "lines[*].iban")]
    [InlineData("""{"lines":[{"iban":"A\u00415678901"}]}""", RecordError.EscapedValue, "lines[*].iban")]
    [InlineData("""{"lines":[{"amount":"Ana"}]}""", RecordError.NotANumber, "lines[*].amount")]
    [InlineData("""{"claimant":{"name":"\ud83d"}}""", RecordError.NotUtf8, null)]
    [InlineData("""[1]""", RecordError.NotAnObject, null)]
    [InlineData("\"Ana\"", RecordError.NotAnObject, null)]
    [InlineData("Ana", RecordError.NotJson, null)]
    [InlineData("""{"id":1} Ana""", RecordError.NotJson, null)]
    [InlineData("""{"id":1}{"id":2}""", RecordError.NotJson, null)]
    [InlineData("""{"id":1,}""", RecordError.NotJson, null)]
    [InlineData("""{"id":01}""", RecordError.NotJson, null)]
    [InlineData("""{"id":NaN}""", RecordError.NotJson, null)]
    [InlineData("""{"id":1 /* Ana */}""", RecordError.NotJson, null)]
    [InlineData("""{"id":""", RecordError.NotJson, null)]
    [InlineData("{\"id\":\"a\tb\"}", RecordError.NotJson, null)]
    [InlineData("{\"id\":\"a\0b\"}", RecordError.NulByte, null)]
    public void A_faulty_record_is_refused_with_the_place(string record, RecordError error, string? field)
    {
        using var exchange = Exchange.Ndjson(Fields);
        var e = exchange.Refused("{\"id\":7}\n" + record + "\n");
        Assert.Equal((error, 2L, field), (e.Error, e.Row, e.Field));
        if (field != "claimant.Ana") Assert.DoesNotContain("Ana", e.Message, StringComparison.Ordinal);
        Assert.Null(e.InnerException);
    }

    [Fact]
    public void Nesting_has_a_limit()
    {
        using var exchange = Exchange.Ndjson("x: { transform: redact }");
        var fits = string.Concat(Enumerable.Repeat("[", 63)) + string.Concat(Enumerable.Repeat("]", 63));
        Assert.Equal("""{"x":"[redacted]"}""", exchange.Mask($$"""{"x":{{fits}}}"""));
        Assert.Equal(RecordError.TooDeep, exchange.Refused($$"""{"x":[{{fits}}]}""").Error);
        Assert.Equal(RecordError.TooDeep, exchange.Refused($$"""{"x":{{string.Concat(Enumerable.Repeat("{\"a\":", 100_000))}}""").Error);
    }

    /// <summary>Many names must not take time that grows with their square.</summary>
    [Fact]
    public void A_record_of_many_names_is_read()
    {
        using var exchange = Exchange.Ndjson("x: { transform: redact }");
        var names = string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"\"n{i}\":{i}"));
        Assert.Equal("""{"x":"[redacted]"}""", exchange.Mask($$$"""{"x":{{{{names}}}}}"""));
        Assert.Equal(RecordError.DuplicateKey, exchange.Refused($$$"""{"x":{{{{names}}},"n59999":1}}""").Error);
    }

    [Theory]
    [InlineData("""{"a":1,"id":2}""", """{"id":2}""")]
    [InlineData("""{"id":2,"a":1}""", """{"id":2}""")]
    [InlineData("""{"id":2 , "a":1 , "b":{"c":[1]} }""", """{"id":2 }""")]
    [InlineData("""{"a":1, "b":2, "id":3, "c":4, "tags":[1], "d":5}""", """{"id":3, "tags":[1]}""")]
    [InlineData("""{"a":1,"b":2}""", """{}""")]
    [InlineData("""{ "a":1 }""", """{  }""")]
    [InlineData("""{"claimant":{"a":1,"zip":"12345","b":2},"a":3}""", """{"claimant":{"zip":"12"}}""")]
    [InlineData("""{"claimant":"Ana","id":1}""", """{"id":1}""")]
    [InlineData("""{"lines":[{"x":1},{"x":1,"amount":120}]}""", """{"lines":[{},{"amount":100}]}""")]
    public void Unlisted_fields_are_dropped_where_the_profile_says_so(string record, string expected)
    {
        using var exchange = Exchange.Ndjson(Fields, "unlisted: drop");
        Assert.Equal(expected, exchange.Mask(record));
    }

    /// <summary>System.Text.Json parses what came out: it must be the original without the unlisted, and with masked values.</summary>
    [Fact]
    public void Another_reader_sees_the_same_values()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Sequence(seed);
            var record = Object(random, 0);
            var text = Spaced(random, record.ToJsonString(seed % 2 == 0 ? JsonSerializerOptions.Default : new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            using var exchange = Exchange.Ndjson("a: { transform: tokenise }\nb.a: { transform: redact }\nb.c: { transform: keep }\nc[*].a: { transform: tokenise }\nc[*].b[*]: { transform: keep }", "unlisted: drop");
            Dispatched sent;
            try
            {
                sent = exchange.Dispatch(text + "\n");
            }
            catch (RecordException e)
            {
                Assert.True(e.Error is RecordError.NotAValue or RecordError.UnlistedField, e.Message);
                continue;
            }

            var masked = JsonNode.Parse(sent.Masked)!;
            Assert.Equal(Expected(record).ToJsonString(), masked.ToJsonString());
            Assert.Equal(sent.Masked, exchange.Dispatch(Encoding.UTF8.GetBytes(text + "\n"), 1).Masked);
            var back = exchange.Return(sent.Text, sent.Manifest);
            Assert.False(back.HasFindings);

            JsonNode Expected(JsonObject source)
            {
                var result = new JsonObject();
                foreach (var (name, value) in source)
                {
                    if (name == "a" && value is null) result["a"] = null;
                    else if (name == "a") result["a"] = At(masked, "a");
                    else if (name == "b" && value is JsonObject b) result["b"] = Pick(b, "a", "c");
                    else if (name == "b" && value is null) result["b"] = null;
                    else if (name == "c" && value is null) result["c"] = null;
                    else if (name == "c" && value is JsonArray c)
                    {
                        var array = new JsonArray();
                        for (var i = 0; i < c.Count; i++)
                            array.Add(c[i] is JsonObject o ? PickElement(o, masked["c"]![i]!) : null);
                        result["c"] = array;
                    }
                }

                return result;
            }
        }

        static JsonNode? At(JsonNode node, string name) => node[name]?.DeepClone();

        static JsonObject Pick(JsonObject source, string redacted, string kept)
        {
            var result = new JsonObject();
            foreach (var (name, value) in source)
            {
                if (name == redacted) result[name] = value is null ? null : value.ToJsonString() == "\"\"" ? "" : "[redacted]";
                else if (name == kept) result[name] = value?.DeepClone();
            }

            return result;
        }

        static JsonObject PickElement(JsonObject source, JsonNode masked)
        {
            var result = new JsonObject();
            foreach (var (name, value) in source)
            {
                if (name == "a") result[name] = At(masked, "a");
                else if (name == "b" && value is null or JsonArray) result[name] = value?.DeepClone();
            }

            return result;
        }
    }

    [Fact]
    public void Records_are_masked_one_by_one_and_a_refused_one_leaves_nothing()
    {
        using var exchange = Exchange.Ndjson(Fields, "row-key: id");
        using var masker = exchange.NewMasker();
        var (masked, manifest) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        Assert.True(masker.TryMaskRecord("""{"id":1,"claimant":{"name":"Ana"}}"""u8, masked, manifest, out _));
        var (length, size) = (masked.WrittenCount, manifest.WrittenCount);
        foreach (var bad in (string[])["", "\n", "x", "{\"id\":2,\"claimant\":{\"name\":\"Bo\",\"zip\":\"1\"}}", "{\"id\":2}\n{\"id\":3}", "{\"claimant\":null}"])
        {
            Assert.False(masker.TryMaskRecord(Encoding.UTF8.GetBytes(bad), masked, manifest, out var fault));
            Assert.Equal((length, size), (masked.WrittenCount, manifest.WrittenCount));
            Assert.DoesNotContain("Bo", fault.Message, StringComparison.Ordinal);
        }

        Assert.True(masker.TryMaskRecord("{\"id\":9,\"claimant\":{\"name\":\"Cy\"}}\n"u8, masked, manifest, out _));
        Assert.False(masker.TryMaskRecord("nothing"u8, masked, manifest, out var last));
        Assert.Equal(9, last.Row);
        Assert.Equal(2, masker.Report.Records);
        Assert.Throws<InvalidOperationException>(() => masker.Mask("{}"u8, masked, manifest));
    }

    [Fact]
    public void Records_masked_one_by_one_come_back_like_a_file()
    {
        using var exchange = Exchange.Ndjson(Fields, "row-key: id");
        using var masker = exchange.NewMasker();
        var (masked, manifest) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        string[] records = ["""{"id":1,"claimant":{"name":"Ana"}}""", """{"id":2,"claimant":{"name":"Bo"},"lines":[{"iban":"DE1234567"}]}"""];
        foreach (var record in records) Assert.True(masker.TryMaskRecord(Encoding.UTF8.GetBytes(record), masked, manifest, out _));
        masker.Complete(masked, manifest);
        var file = exchange.Dispatch(string.Concat(records.Select(r => r + "\n")));
        Assert.Equal(file.Masked, masked.WrittenSpan.ToArray());
        Assert.Equal(file.Manifest, manifest.WrittenSpan.ToArray());
        Assert.Equal(string.Concat(records.Select(r => r + "\n")), exchange.Return(masked.WrittenSpan.ToArray(), manifest.WrittenSpan.ToArray()).Text);
    }

    [Fact]
    public void Mutated_files_are_masked_or_refused()
    {
        using var exchange = Exchange.Ndjson(Fields);
        var file = Encoding.UTF8.GetBytes("""
            {"id":1,"claimant":{"name":"Ana \"x\"","zip":"12345"},"lines":[{"iban":"DE12345678","amount":5},{"iban":"AT12345\/678"}],"tags":["a",1]}
            {"id":2,"lines":[],"extra":{"a":{"b":[1,2]}}}

            """.ReplaceLineEndings("\n"));
        var random = new Sequence(5);
        var (masked, refused) = (0, 0);
        for (var i = 0; i < 6000; i++)
        {
            var mutated = file.ToList();
            for (var n = random.Below(3); n >= 0; n--)
            {
                var at = random.Below(mutated.Count);
                if (random.Below(3) == 0) mutated.RemoveAt(at);
                else mutated[at] = random.Of("\"\"{}[],:\\u019aen \n\r\0\xc3\xff"u8.ToArray());
            }

            try
            {
                var sent = exchange.Dispatch([.. mutated], 1 + random.Below(70));
                Assert.False(exchange.Return(sent.Masked, sent.Manifest).HasFindings);
                masked++;
            }
            catch (RecordException)
            {
                refused++;
            }
        }

        Assert.True(masked > 200 && refused > 200, $"{masked} masked, {refused} refused");
    }

    private static JsonObject Object(Sequence random, int depth)
    {
        var node = new JsonObject();
        foreach (var name in (string[])["x", "a", "y", "b", "c", "z"])
        {
            if (random.Below(3) > 0) node[name] = Value(random, name, depth);
        }

        return node;
    }

    private static JsonNode? Value(Sequence random, string name, int depth) => random.Below(depth > 3 ? 4 : name is "b" or "c" ? 9 : 5) switch
    {
        0 => JsonValue.Create(random.Text(12, "aé\"\\/\n\t<日😀")),
        1 => JsonValue.Create(random.Below(100000) / 8.0),
        2 => null,
        3 => JsonValue.Create(random.Below(2) == 0),
        >= 4 when name == "c" => new JsonArray([.. Enumerable.Range(0, random.Below(4)).Select(_ => random.Below(6) == 0 ? null : (JsonNode?)Object(random, depth + 1))]),
        >= 4 when name == "b" && depth > 0 => new JsonArray([.. Enumerable.Range(0, random.Below(3)).Select(i => (JsonNode?)JsonValue.Create(i))]),
        _ => Object(random, depth + 1),
    };

    private static string Spaced(Sequence random, string json) => random.Below(2) == 0 ? json : json.Replace("\":", "\" : ", StringComparison.Ordinal).Replace(",\"", " ,  \"", StringComparison.Ordinal);
}
