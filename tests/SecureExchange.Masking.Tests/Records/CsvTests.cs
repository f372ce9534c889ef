using System.Text;
using CsvHelper;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Records;

public class CsvTests
{
    private const string Fields = "id: { transform: keep }\nname: { transform: replace, with: X }\nnote: { transform: keep }";

    [Theory]
    [InlineData("id,name,note\n1,Ana,a\n", "id,name,note\n1,X,a\n")]
    [InlineData("id,name,note\r\n1,Ana,a\r\n2,Bo,b", "id,name,note\r\n1,X,a\r\n2,X,b")]
    [InlineData("id;name;note\n1;Ana;a,b\n", "id;name;note\n1;X;a,b\n")]
    [InlineData("id\tname\tnote\n1\tAna\ta,b;c\n", "id\tname\tnote\n1\tX\ta,b;c\n")]
    [InlineData("\uFEFFid,name,note\n1,Ana,a\n", "\uFEFFid,name,note\n1,X,a\n")]
    [InlineData("\"id\",\"name\",note\n\"1\",\"Ana \"\"A\"\" Lima\",\"a, \"\"b\"\"\nc\"\n", "\"id\",\"name\",note\n\"1\",\"X\",\"a, \"\"b\"\"\nc\"\n")]
    [InlineData("note,name,id\n a ,Ana,\n,,\n", "note,name,id\n a ,X,\n,,\n")]
    [InlineData("id,name,note\n1,Ana,a\r\n2,Bo,b\n\n\r\n", "id,name,note\n1,X,a\r\n2,X,b\n\n\r\n")]
    [InlineData("id,name,note\n", "id,name,note\n")]
    [InlineData("id,name,note", "id,name,note")]
    [InlineData("id,name,note\n1,\"\",\"\"\n", "id,name,note\n1,\"\",\"\"\n")]
    public void What_isnt_masked_keeps_its_bytes(string file, string expected)
    {
        using var exchange = Exchange.Csv(Fields);
        Assert.Equal(expected, exchange.Mask(file));
        Assert.Equal(expected, exchange.Mask(file, piece: 1));
    }

    [Fact]
    public void A_masked_cell_is_quoted_where_it_must_be()
    {
        using var exchange = Exchange.Csv("a: { transform: replace, with: 'x,\"y\"' }\nb: { transform: keep }");
        Assert.Equal("a;b\nx,\"y\";1\n", exchange.Mask("a;b\nv;1\n").Replace("\"x,\"\"y\"\"\"", "x,\"y\"", StringComparison.Ordinal));
        Assert.Equal("a,b\n\"x,\"\"y\"\"\",1\n", exchange.Mask("a,b\nv,1\n"));
    }

    [Fact]
    public void A_declared_delimiter_is_the_delimiter()
    {
        using var exchange = Exchange.Csv("'id,name': { transform: redact }\nnote: { transform: keep }", "delimiter: semicolon");
        Assert.Equal("id,name;note\n[redacted];b\n", exchange.Mask("id,name;note\n1,2;b\n"));
    }

    [Theory]
    [InlineData("pipe", "id|name|note\n1|Ana|a;b,c\n", "id|name|note\n1|X|a;b,c\n")]
    [InlineData("'^'", "id^name^note\n1^Ana^\"a^b\"\n", "id^name^note\n1^X^\"a^b\"\n")]
    [InlineData("\"\\x01\"", "id\u0001name\u0001note\n1\u0001Ana\u0001a\n", "id\u0001name\u0001note\n1\u0001X\u0001a\n")]
    [InlineData("tab\nquotes: none", "id\tname\tnote\n1\t\"Ana\ta \"b\"\n", "id\tname\tnote\n1\tX\ta \"b\"\n")]
    public void Any_character_may_be_the_delimiter(string delimiter, string file, string expected)
    {
        using var exchange = Exchange.Csv(Fields, $"delimiter: {delimiter}");
        Assert.Equal(expected, exchange.Mask(file));
        Assert.Equal(expected, exchange.Mask(file, piece: 1));
        var sent = exchange.Dispatch(file);
        Assert.Equal(expected, exchange.Return(sent.Text, sent.Manifest).Text);
    }

    [Theory]
    [InlineData("1,Ana,a\n2,\"Bo\",b\n", "1,X,a\n2,\"X\",b\n")]
    [InlineData("\uFEFF1,Ana,a", "\uFEFF1,X,a")]
    public void Without_a_header_line_fields_are_numbers_of_columns(string file, string expected)
    {
        using var exchange = Exchange.Csv("1: { transform: keep }\n2: { transform: replace, with: X }\n3: { transform: keep }", "header: none\ndelimiter: comma");
        Assert.Equal(expected, exchange.Mask(file));
        Assert.Equal(expected, exchange.Mask(file, piece: 1));
        Assert.Equal((RecordError.RaggedRow, 2L), (exchange.Refused("1,a,b\n2,c\n").Error, exchange.Refused("1,a,b\n2,c\n").Row));
        Assert.Equal((RecordError.UnlistedField, "column 4"), (exchange.Refused("1,a,b,c\n").Error, exchange.Refused("1,a,b,c\n").Field));
        Assert.Equal(RecordError.MissingField, exchange.Refused("1,a\n").Error);
    }

    [Fact]
    public void Without_a_header_line_unlisted_columns_are_dropped_and_rows_come_back()
    {
        using var exchange = Exchange.Csv("3: { transform: tokenise }\n1: { transform: keep }", "header: none\ndelimiter: '|'\nunlisted: drop\nrow-key: 1");
        Assert.Equal(2, exchange.Mask("1|a|b|c\n2|d|e|f\n").Split('|')[0].Length + 1);
        using var whole = Exchange.Csv("1: { transform: keep }\n2: { transform: tokenise }", "header: none\ndelimiter: '|'\nrow-key: 1");
        whole.RoundTrip("1|Ana\r\n2|=Bo\r\n3|\n");
    }

    [Fact]
    public void What_comes_out_and_would_need_quotes_is_refused_where_there_are_none()
    {
        using var exchange = Exchange.Csv("a: { transform: replace, with: 'x,y' }\nb: { transform: keep }", "quotes: none");
        Assert.Equal(RecordError.NotEncodable, exchange.Refused("a,b\n1,2\n").Error);
    }

    [Theory]
    [InlineData("id,extra,name,note\n1,e,Ana,a\n", "id,name,note\n1,X,a\n")]
    [InlineData("extra,id,name,note\n\"e,e\",1,Ana,a\n", "id,name,note\n1,X,a\n")]
    [InlineData("id,name,note,extra\r\n1,Ana,a,\"e\r\ne\"\r\n", "id,name,note\r\n1,X,a\r\n")]
    [InlineData("x1,x2,id,x3,x4,name,note,x5,x6\n1,2,3,4,5,6,7,8,9\n,,3,,,6,7,,\n", "id,name,note\n3,X,7\n3,X,7\n")]
    public void Unlisted_columns_are_dropped_where_the_profile_says_so(string file, string expected)
    {
        using var exchange = Exchange.Csv(Fields, "unlisted: drop");
        Assert.Equal(expected, exchange.Mask(file));
    }

    public static TheoryData<string, RecordError, long, string?> Faults => new()
    {
        { "", RecordError.HeaderMissing, 0, null },
        { "\uFEFF", RecordError.HeaderMissing, 0, null },
        { "1,Ana,a\n2,Bo,b\n", RecordError.HeaderNotRecognised, 0, null },
        { "id,name,note,name\n", RecordError.DuplicateColumn, 0, "name" },
        { "id,name,note,city\n", RecordError.UnlistedField, 0, "city" },
        { "id,name,note,ana@example.org\n", RecordError.UnlistedField, 0, "column 4" },
        { "id,name,note,\n", RecordError.UnlistedField, 0, "column 4" },
        { "id,name\n1,Ana\n", RecordError.MissingField, 0, "note" },
        { "id,name,note\n1,Ana,a\n2,Bo\n", RecordError.RaggedRow, 2, null },
        { "id,name,note\n1,Ana,a\n2,Bo,b,c\n", RecordError.RaggedRow, 2, null },
        { "id,name,note\n1,Ana,a\n\n2,Bo,b\n", RecordError.RaggedRow, 2, null },
        { "id,name,note\n1,A\"n\"a,a\n", RecordError.BadQuote, 1, null },
        { "id,name,note\n1,\"Ana\"x,a\n", RecordError.BadQuote, 1, null },
        { "id,name,note\n1, \"Ana\",a\n", RecordError.BadQuote, 1, null },
        { "id,name,note\n1,\"Ana,a\n2,Bo,b\n", RecordError.UnterminatedQuote, 1, null },
        { "id,name,note\n1,Ana,a\n2,\"Bo\" \"\",b", RecordError.BadQuote, 2, null },
        { "id,name,note\n1,An\ra,a\n", RecordError.LoneCarriageReturn, 1, null },
        { "id,name,note\n1,Ana,a\r", RecordError.LoneCarriageReturn, 1, null },
        { "id,name,note\n1,Ana,a\n2,B\0,b\n", RecordError.NulByte, 2, null },
        { "id,name,no\0te\n", RecordError.NulByte, 0, null },
        { "id,name,note\rx\n", RecordError.LoneCarriageReturn, 0, null },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_file_is_refused_with_the_place(string file, RecordError error, long row, string? field)
    {
        using var exchange = Exchange.Csv(Fields);
        var bytes = Encoding.UTF8.GetBytes(file);
        foreach (var piece in (int[])[int.MaxValue, 1, 7])
        {
            var e = exchange.Refused(bytes, piece);
            Assert.Equal((error, row, field), (e.Error, e.Row, e.Field));
            Assert.DoesNotContain("Ana", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("example", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bytes_that_arent_UTF8_are_refused_with_their_row()
    {
        using var exchange = Exchange.Csv(Fields);
        var e = exchange.Refused([.. "id,name,note\n1,Ana,a\n2,B\xe9,b\n3,C,c\n".Select(c => (byte)c)]);
        Assert.Equal((RecordError.NotUtf8, 2L), (e.Error, e.Row));
        Assert.Equal(RecordError.NulByte, exchange.Refused(Encoding.Unicode.GetBytes("id,name,note\n")).Error);
        Assert.Equal(RecordError.NotUtf8, exchange.Refused([0xFF, 0xFE, (byte)'i', (byte)'\n']).Error);
    }

    [Fact]
    public void A_row_key_that_is_empty_is_refused()
    {
        using var exchange = Exchange.Csv("id: { transform: keep }\nname: { transform: redact }", "row-key: id");
        var e = exchange.Refused("id,name\n1,a\n,b\n");
        Assert.Equal((RecordError.MissingRowKey, 2L, "id"), (e.Error, e.Row, e.Field));
    }

    [Fact]
    public void An_optional_column_may_be_absent()
    {
        using var exchange = Exchange.Csv("id: { transform: keep }\nname: { transform: tokenise, optional: true }");
        var sent = exchange.Dispatch("id\n1\n");
        Assert.Equal("id\n1\n", exchange.Return(sent.Text, sent.Manifest).Text);
    }

    [Fact]
    public void A_record_above_the_limit_is_refused_and_one_below_passes()
    {
        using var exchange = new Exchange("profile: p\nversion: 1\nformat: csv\nfields:\n  a: { transform: keep }\n  b: { transform: keep }\n"u8.ToArray())
        {
            Limits = new MaskingLimits(MaxRecord: 100_000, MaxColumns: 3),
        };
        var fits = $"a,b\n1,{new string('x', 99_990)}\n2,y\n";
        Assert.Equal(fits, exchange.Mask(fits));
        Assert.Equal(fits, exchange.Mask(fits, 1000));
        var e = exchange.Refused($"a,b\n1,y\n2,{new string('x', 100_000)}\n");
        Assert.Equal((RecordError.RecordTooLarge, 2L), (e.Error, e.Row));
        e = exchange.Refused($"a,b\n1,y\n2,\"{new string('\n', 1_000_000)}");
        Assert.Equal((RecordError.RecordTooLarge, 2L), (e.Error, e.Row));
        Assert.Equal(RecordError.TooManyColumns, exchange.Refused("a,b,c,d\n").Error);
        Assert.Equal(RecordError.RecordTooLarge, exchange.Refused($"a,b{new string('x', 200_000)}").Error);
    }

    [Theory]
    [InlineData(new byte[] { 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3 }, "container: gzip")]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 0 }, "container: zip")]
    public void A_packed_file_is_called_packed(byte[] file, string advice)
    {
        using var exchange = Exchange.Csv(Fields);
        Assert.Contains(advice, exchange.Refused(file).Message, StringComparison.Ordinal);
    }

    /// <summary>CsvHelper reads the original and the masked file: every cell must be the same, or masked.</summary>
    [Fact]
    public void Another_reader_sees_the_same_cells()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Sequence(seed);
            var (delimiter, end) = (random.Of(',', ';', '\t'), random.Of("\n", "\r\n"));
            var columns = 1 + random.Below(5);
            var file = new StringBuilder(random.Of("", "\uFEFF"));
            file.AppendJoin(delimiter, Enumerable.Range(0, columns).Select(i => random.Of($"c{i}", $"\"c{i}\""))).Append(end);
            var rows = random.Below(200);
            for (var row = 0; row < rows; row++)
            {
                // In a file of one column a blank line is a row to us and nothing to CsvHelper.
                var cells = Enumerable.Range(0, columns).Select(_ => Cell(random, delimiter)).ToArray();
                if (columns == 1 && cells[0].Length == 0) cells[0] = "x";
                file.AppendJoin(delimiter, cells);
                if (row < rows - 1 || random.Below(2) == 0) file.Append(end);
            }

            var masked = random.Below(columns);
            using var exchange = Exchange.Csv(string.Join('\n', Enumerable.Range(0, columns).Select(
                i => $"c{i}: {{ transform: {(i == masked ? "tokenise" : "keep")} }}")));
            var sent = exchange.Dispatch(file.ToString());
            var (expected, actual) = (Oracle(file.ToString(), delimiter), Oracle(sent.Text, delimiter));
            Assert.Equal(expected.Count, actual.Count);
            Assert.Equal(expected.Count - 1, sent.Report.Records);
            for (var row = 0; row < expected.Count; row++)
            {
                for (var i = 0; i < columns; i++)
                {
                    if (row > 0 && i == masked && expected[row][i].Length > 0) Assert.StartsWith("tok_", actual[row][i], StringComparison.Ordinal);
                    else Assert.Equal(expected[row][i], actual[row][i]);
                }
            }

            Assert.Equal(file.ToString(), exchange.Return(sent.Text, sent.Manifest).Text);
            foreach (var piece in (int[])[1, 63, 64, 65])
            {
                Assert.Equal(sent.Masked, exchange.Dispatch(Encoding.UTF8.GetBytes(file.ToString()), piece).Masked);
                Assert.Equal(sent.Manifest, exchange.Dispatch(Encoding.UTF8.GetBytes(file.ToString()), piece).Manifest);
            }
        }
    }

    [Fact]
    public void Mutated_files_are_masked_or_refused()
    {
        using var exchange = Exchange.Csv("a: { transform: tokenise }\nb: { transform: fpe, alphabet: digits }\nc: { transform: shift-date, subject: a, max-days: 9 }\nd: { transform: keep }", "row-key: d");
        var file = "a,b,c,d\r\n\"Ana \"\"x\"\"\",1234567,2001-02-03,1\r\nBo,7654321,2001-02-03T10:00:00Z,2\n\"C\nc\",,,3\n"u8.ToArray();
        var random = new Sequence(3);
        var (masked, refused) = (0, 0);
        for (var i = 0; i < 5000; i++)
        {
            var mutated = file.ToList();
            for (var n = random.Below(3); n >= 0; n--)
            {
                var at = random.Below(mutated.Count);
                if (random.Below(3) == 0) mutated.RemoveAt(at);
                else mutated[at] = random.Of("\"\",,\n\r\r\n0a=\0\xc3\xff"u8.ToArray());
            }

            try
            {
                var sent = exchange.Dispatch([.. mutated], 1 + random.Below(70));
                Assert.Equal(mutated, [.. Encoding.UTF8.GetBytes(exchange.Return(sent.Masked, sent.Manifest).Text)]);
                masked++;
            }
            catch (RecordException)
            {
                refused++;
            }
        }

        Assert.True(masked > 200 && refused > 200, $"{masked} masked, {refused} refused");
    }

    private static string Cell(Sequence random, char delimiter)
    {
        var plain = random.Text(90, "abcäÉ日😀 .:'0123456789");
        return random.Below(5) switch
        {
            0 => "",
            1 => $"\"{plain}\"",
            2 => $"\"{plain}{random.Of("\"\"", "\n", "\r\n", "\r", delimiter.ToString())}{plain}\"",
            3 => "\"\"\"\"",
            _ => plain.Trim(' ').Length == 0 ? "x" : plain,
        };
    }

    private static List<string[]> Oracle(string text, char delimiter)
    {
        using var reader = CsvReader.Create(Encoding.UTF8.GetBytes(text), new CsvReaderOptions { Separator = delimiter, HasHeader = false });
        var rows = new List<string[]>();
        while (reader.Read()) rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }
}
