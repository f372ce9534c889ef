using System.Buffers;
using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Returns;

public class ReturnTests
{
    private const string Fields = "id: { transform: keep }\nname: { transform: tokenise }\nssn: { transform: fpe, alphabet: digits }\nborn: { transform: shift-date, subject: name, max-days: 99 }\nmail: { transform: hash }\nnote: { transform: keep }";
    private const string File = "id,name,ssn,born,mail,note\n1,Ana,111223333,1980-01-01,a@x,n1\n2,Bo,222334444,1981-02-02,b@x,n2\n3,Cy,333445555,,c@x,n3\n4,Di,444556666,1983-04-04,,\n";

    private readonly Exchange _exchange = Exchange.Csv(Fields, "row-key: id");

    [Fact]
    public void What_comes_back_unchanged_turns_back_to_the_byte()
    {
        var sent = _exchange.Dispatch(File);
        var back = _exchange.Return(sent.Text, sent.Manifest);
        Assert.False(back.HasFindings);
        var expected = File.Split('\n');
        for (var i = 1; i <= 4; i++)
        {
            // A hash doesn't turn back.
            var (original, cells) = (expected[i].Split(','), back.Text.Split('\n')[i].Split(','));
            original[4] = cells[4];
            Assert.Equal(original, cells);
        }

        Assert.Equal((4L, 4L, 0L, 0, 0L), (back.Report.Rows, back.Report.SentRows, back.Report.MissingRows, back.Report.AddedColumns, back.Report.TotalFindings));
        Assert.Equal(["name tokenise 4", "ssn fpe 4", "born shift-date 3"], back.Report.Fields.Select(f => $"{f.Name} {f.Transform} {f.Count}"));
        Assert.Equal(["id keep 0", "name tokenise 4", "ssn fpe 4", "born shift-date 3", "mail hash 3", "note keep 0"], sent.Report.Fields.Select(f => $"{f.Name} {f.Transform} {f.Count}"));
    }

    [Fact]
    public void Columns_may_move_come_and_go_rows_may_move_and_the_notation_may_change()
    {
        var sent = _exchange.Dispatch(File);
        var rows = sent.Text.Split('\n')[1..5].Select(r => r.Split(',')).Reverse();
        var returned = "\uFEFFcode;ssn;id;name;born\r\n" + string.Concat(rows.Select(c => $"E1{c[0]};\"{c[2]}\";{c[0]};{c[1]};\"{c[3]}\"\r\n"));
        var back = _exchange.Return(returned, sent.Manifest);
        Assert.False(back.HasFindings);
        Assert.Equal("\uFEFFcode;ssn;id;name;born\r\nE14;\"444556666\";4;Di;\"1983-04-04\"\r\nE13;\"333445555\";3;Cy;\"\"\r\nE12;\"222334444\";2;Bo;\"1981-02-02\"\r\nE11;\"111223333\";1;Ana;\"1980-01-01\"\r\n", back.Text);
        Assert.Equal(1, back.Report.AddedColumns);
    }

    public static TheoryData<string, Func<string[][], string[][]>, string[]> Tampering => new()
    {
        { "a row left out", r => [r[0], r[2], r[3]], ["2 MissingRow - (sent 2)"] },
        { "a row twice", r => [.. r, r[1]], ["5 DuplicatedRow - (sent 2)"] },
        { "a token edited", r => Set(r, 1, 1, r[1][1][..^3] + "AAA"), ["2 EditedToken name (sent 2)"] },
        { "a token put in clear", r => Set(r, 1, 1, "Bo"), ["2 EditedToken name (sent 2)"] },
        { "a token removed", r => Set(r, 2, 1, ""), ["3 EditedToken name (sent 3)"] },
        { "an FPE value edited", r => Set(r, 2, 2, r[2][2] == "123456789" ? "1" : "123456789"), ["3 EditedToken ssn (sent 3)"] },
        { "an FPE value that lost its form", r => Set(r, 2, 2, "n/a"), ["3 EditedToken ssn (sent 3)"] },
        { "a date edited", r => Set(r, 0, 3, "1999-09-09"), ["1 EditedToken born (sent 1)"] },
        { "a date where none was", r => Set(r, 2, 3, "1999-09-09"), ["3 EditedToken born (sent 3)"] },
        { "a token of another row", r => Set(r, 1, 1, r[0][1]), ["2 SwappedToken name (sent 1)"] },
        { "an FPE value of another row", r => Set(r, 1, 2, r[3][2]), ["2 SwappedToken ssn (sent 4)"] },
        { "two tokens exchanged", r => Set(Set(r, 0, 1, r[1][1]), 1, 1, r[0][1]), ["1 SwappedToken name (sent 2)", "2 SwappedToken name (sent 1)"] },
        { "a token of the same agreement, not of this dispatch", r => Set(r, 1, 1, Token("a1", "Zoe")), ["2 ForeignToken name (sent ?)"] },
        { "a token of another agreement", r => Set(r, 1, 1, Token("a2", "Zoe")), ["2 ForeignToken name (sent ?)"] },
        { "a row key changed", r => Set(r, 1, 0, "77"), ["2 EditedRowKey id (sent 2)"] },
        { "two row keys exchanged", r => Set(Set(r, 0, 0, "2"), 1, 0, "1"), ["1 SwappedToken name (sent 1)", "1 SwappedToken ssn (sent 1)", "1 SwappedToken born (sent 1)", "2 SwappedToken name (sent 2)", "2 SwappedToken ssn (sent 2)", "2 SwappedToken born (sent 2)"] },
        { "a row made up", r => [.. r, ["99", Token("a1", "Zoe"), "987654321", "2000-01-01", "", ""]], ["5 ForeignRow - (sent ?)"] },
        { "a row with a key only", r => [.. r, ["99", "", "", "", "", ""]], ["5 ForeignRow - (sent ?)"] },
        { "a duplicate, edited", r => [.. r, [r[1][0], r[1][1], "987654321", r[1][3], "", ""]], ["5 EditedToken ssn (sent 2)"] },
    };

    [Theory]
    [MemberData(nameof(Tampering))]
    public void Tampering_is_named_row_by_row(string what, Func<string[][], string[][]> tamper, string[] expected)
    {
        var sent = _exchange.Dispatch(File);
        var lines = sent.Text.Split('\n');
        var rows = tamper([.. lines[1..5].Select(line => line.Split(','))]);
        var back = _exchange.Return($"{lines[0]}\n{string.Concat(rows.Select(r => string.Join(',', r) + "\n"))}", sent.Manifest);
        Assert.True(back.HasFindings, what);
        Assert.Equal(expected, back.Lines);
        Assert.Equal(back.Findings.Count, back.Report.TotalFindings);
        Assert.Equal(back.Lines, _exchange.Return(Encoding.UTF8.GetBytes($"{lines[0]}\n{string.Concat(rows.Select(r => string.Join(',', r) + "\n"))}"), sent.Manifest, 3).Lines);
    }

    [Theory]
    [InlineData("id,name,ssn,mail,note", "0 MissingColumn born (sent ?)")]
    [InlineData("name,ssn,born,mail,note", "0 MissingColumn id (sent ?)")]
    [InlineData("id,note", "0 MissingColumn name (sent ?)|0 MissingColumn ssn (sent ?)|0 MissingColumn born (sent ?)")]
    public void A_column_that_is_needed_and_gone_is_a_finding(string header, string expected)
    {
        var sent = _exchange.Dispatch(File);
        var back = _exchange.Return($"{header}\n{string.Join(',', header.Split(',').Select(_ => "x"))}\n", sent.Manifest);
        Assert.True(back.HasFindings);
        Assert.Equal(expected.Split('|'), back.Lines);
        Assert.Equal("", back.Text);
    }

    [Fact]
    public void Rows_may_be_missing_where_the_profile_allows_it()
    {
        using var exchange = Exchange.Csv(Fields, "row-key: id\nreturns: { missing-rows: allow }");
        var sent = exchange.Dispatch(File);
        var lines = sent.Text.Split('\n');
        var back = exchange.Return($"{lines[0]}\n{lines[3]}\n", sent.Manifest);
        Assert.False(back.HasFindings);
        Assert.Equal(3, back.Report.MissingRows);
        Assert.True(exchange.Return($"{lines[0]}\n{lines[3]}\n{lines[3]}\n", sent.Manifest).HasFindings);
    }

    [Fact]
    public void Without_a_row_key_a_row_is_known_by_all_its_cells()
    {
        using var exchange = Exchange.Csv(Fields);
        var sent = exchange.Dispatch(File);
        var lines = sent.Text.Split('\n')[..5].Select(l => l.Split(',')).ToArray();
        Assert.False(exchange.Return(Join(lines[0], lines[4], lines[3], lines[1], lines[2]), sent.Manifest).HasFindings);

        lines[2][2] = "987654321";
        Assert.Equal(["2 EditedToken ssn (sent 2)"], exchange.Return(Join(lines), sent.Manifest).Lines);
        lines[2] = ["", "x", "y", "z", "", ""];
        Assert.Equal(["2 EditedToken name (sent ?)", "2 EditedToken ssn (sent ?)", "2 EditedToken born (sent ?)", "2 MissingRow - (sent 2)"], exchange.Return(Join(lines), sent.Manifest).Lines);

        static string Join(params string[][] rows) => string.Concat(rows.Select(r => string.Join(',', r) + "\n"));
    }

    [Fact]
    public void A_masked_row_key_that_was_changed_is_named_itself()
    {
        using var exchange = Exchange.Csv("name: { transform: tokenise }\nssn: { transform: fpe, alphabet: digits }\nmail: { transform: tokenise }", "row-key: name");
        var sent = exchange.Dispatch("name,ssn,mail\nAna,111223333,a@x\nBo,222334444,b@x\n");
        var rows = sent.Text.Split('\n');
        string[] Lines(string key) => exchange.Return($"{rows[0]}\n{key}{rows[1][rows[1].IndexOf(',', StringComparison.Ordinal)..]}\n{rows[2]}\n", sent.Manifest).Lines;
        Assert.Equal(["1 EditedToken name (sent 1)"], Lines("Ana"));
        Assert.Equal(["1 ForeignToken name (sent 1)"], Lines(Token("a2", "Zoe")));
        Assert.Equal(["1 EditedRowKey name (sent 1)"], Lines(Token("a1", "Zoe")));
    }

    [Fact]
    public void Rows_that_are_alike_are_counted()
    {
        using var exchange = Exchange.Csv("v: { transform: tokenise }\nw: { transform: keep }");
        var sent = exchange.Dispatch("v,w\nx,1\nx,2\ny,3\nx,4\n");
        var lines = sent.Text.Split('\n');
        string Rows(params int[] rows) => "v,w\n" + string.Concat(rows.Select(r => lines[r] + "\n"));
        Assert.False(exchange.Return(Rows(4, 3, 2, 1), sent.Manifest).HasFindings);
        Assert.Equal(["4 DuplicatedRow - (sent 3)", "4 MissingRow - (sent 4)"], exchange.Return(Rows(1, 2, 3, 3), sent.Manifest).Lines);
        Assert.Equal(["2 MissingRow - (sent 2)", "4 MissingRow - (sent 4)"], exchange.Return(Rows(1, 3), sent.Manifest).Lines);
    }

    [Fact]
    public void Ten_thousand_findings_are_counted_and_the_first_are_named()
    {
        using var exchange = new Exchange(Encoding.UTF8.GetBytes("profile: p\nversion: 1\nformat: csv\nrow-key: id\nfields:\n  id: { transform: keep }\n  v: { transform: tokenise }\n"))
        {
            Limits = new MaskingLimits(MaxFindings: 5),
        };
        var sent = exchange.Dispatch("id,v\n" + string.Concat(Enumerable.Range(1, 10_000).Select(i => $"{i},x{i}\n")));
        var back = exchange.Return("id,v\n" + string.Concat(Enumerable.Range(1, 10_000).Select(i => $"{i},same\n")), sent.Manifest);
        Assert.Equal(5, back.Findings.Count);
        Assert.Equal(10_000, back.Report.TotalFindings);
        back = exchange.Return("id,v\n", sent.Manifest);
        Assert.Equal(["1 MissingRow - (sent 1)", "2 MissingRow - (sent 2)", "3 MissingRow - (sent 3)", "4 MissingRow - (sent 4)", "5 MissingRow - (sent 5)"], back.Lines);
        Assert.Equal(10_000, back.Report.TotalFindings);
    }

    [Fact]
    public void Formulas_are_neutralised_unless_the_client_itself_sent_them()
    {
        var file = "id,name,ssn,born,mail,note\n1,Ana,111223333,,,=A1\n2,Bo,222334444,,,\"-x \"\"y\"\"\"\n3,Cy,333445555,,,-12.5\n4,Di,444556666,,,@home\n";
        var sent = _exchange.Dispatch(file);
        Assert.Equal(file, _exchange.Return(sent.Text, sent.Manifest).Text);

        var lines = sent.Text.Split('\n');
        lines[0] += ",added,=evil";
        string[] notes = ["=A1,=cmd|' /C calc'!A0,+1", "@home,\"\t=1\",-1.5", "\"=A2\",\"-2+3\",--", "+49 170,@SUM(A1),ok"];
        for (var i = 1; i <= 4; i++) lines[i] = string.Join(',', lines[i].Split(',')[..5]) + "," + notes[i - 1];
        var back = _exchange.Return(string.Join('\n', lines), sent.Manifest);
        Assert.False(back.HasFindings);
        Assert.Equal(
            "id,name,ssn,born,mail,note,added,'=evil\n1,Ana,111223333,,,=A1,'=cmd|' /C calc'!A0,+1\n2,Bo,222334444,,,@home,\"'\t=1\",-1.5\n"
            + "3,Cy,333445555,,,\"'=A2\",\"'-2+3\",'--\n4,Di,444556666,,,'+49 170,'@SUM(A1),ok\n", back.Text);
        Assert.Equal(8, back.Report.NeutralisedCells);
    }

    [Fact]
    public void A_return_that_cant_be_read_is_refused()
    {
        var sent = _exchange.Dispatch(File);
        Assert.Equal(RecordError.DuplicateColumn, Assert.Throws<RecordException>(() => _exchange.Return("id,name,name,ssn,born\n", sent.Manifest)).Error);
        Assert.Equal(RecordError.RaggedRow, Assert.Throws<RecordException>(() => _exchange.Return(sent.Text.Replace("n2", "n2,x", StringComparison.Ordinal), sent.Manifest)).Error);
        Assert.Equal(RecordError.HeaderNotRecognised, Assert.Throws<RecordException>(() => _exchange.Return("a,b\n1,2\n", sent.Manifest)).Error);
    }

    [Fact]
    public void After_a_finding_nothing_more_is_written()
    {
        using var exchange = Exchange.Csv("id: { transform: keep }\nv: { transform: tokenise }", "row-key: id");
        var sent = exchange.Dispatch("id,v\n" + string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i},secret{i}\n")));
        var lines = sent.Text.Split('\n');
        lines[1] = "1,tok_nonsense";
        Assert.Equal("", exchange.Return(string.Join('\n', lines), sent.Manifest).Text);
    }

    [Fact]
    public void JSON_returns_are_checked_the_same_way()
    {
        using var exchange = Exchange.Ndjson("id: { transform: keep }\np.name: { transform: tokenise }\nlines[*].iban: { transform: tokenise }\nlines[*].no: { transform: keep }", "row-key: id");
        var file = """
            {"id":"a","p":{"name":"Ana"},"lines":[{"iban":"DE1","no":1},{"no":2},{"iban":"DE3","no":3}]}
            {"id":"b","p":{"name":"Bo"},"lines":[]}
            {"id":"c","p":{"name":null}}

            """.ReplaceLineEndings("\n");
        var sent = exchange.Dispatch(file);
        Assert.Equal(file, exchange.Return(sent.Text, sent.Manifest).Text);
        var records = sent.Text.Split('\n');
        string[] Lines(params string[] returned) => exchange.Return(string.Join('\n', returned), sent.Manifest).Lines;
        Assert.Empty(Lines(records[2], records[0].Replace("{\"no\":2}", "{\"no\" : 2, \"code\":\"E11\"}", StringComparison.Ordinal), """{"x":{"y":[1]},""" + records[1][1..]));

        var first = records[0].Split('"').Where(s => s.StartsWith("tok_", StringComparison.Ordinal)).ToArray();
        var moved = records[0].Replace($"\"iban\":\"{first[1]}\",", "", StringComparison.Ordinal).Replace("{\"no\":2}", $"{{\"iban\":\"{first[1]}\",\"no\":2}}", StringComparison.Ordinal);
        Assert.Equal(["1 SwappedToken lines[*].iban (sent ?)"], Lines(moved, records[1], records[2]));
        Assert.Equal(["1 EditedToken lines[*].iban (sent 1)"], Lines(records[0].Replace(first[1], "DE1", StringComparison.Ordinal), records[1], records[2]));
        Assert.Equal(["1 EditedToken p.name (sent 1)"], Lines(records[0].Replace($"\"{first[0]}\"", "{}", StringComparison.Ordinal), records[1], records[2]));
        Assert.Equal(["1 EditedToken p.name (sent 1)"], Lines(records[0].Replace($"\"{first[0]}\"", "17", StringComparison.Ordinal), records[1], records[2]));
        Assert.Equal(["1 EditedToken p.name (sent 1)"], Lines(records[0].Replace("\"p\":{", "\"q\":{", StringComparison.Ordinal), records[1], records[2]));
        Assert.Equal(["3 SwappedToken p.name (sent 1)"], Lines(records[0], records[1], records[2].Replace("null", $"\"{first[0]}\"", StringComparison.Ordinal)));
        Assert.Equal(RecordError.DuplicateKey, Assert.Throws<RecordException>(() => Lines("""{"id":"a","x":{"y":1,"y":2}}""")).Error);
    }

    [Fact]
    public void Mutated_returns_end_in_findings_or_refusals_or_the_same_values()
    {
        var sent = _exchange.Dispatch(File);
        var random = new Sequence(11);
        for (var i = 0; i < 4000; i++)
        {
            var mutated = sent.Masked.ToList();
            for (var n = random.Below(2); n >= 0; n--)
            {
                var at = random.Below(mutated.Count);
                if (random.Below(3) == 0) mutated.RemoveAt(at);
                else mutated[at] = random.Of("\"\",\n\r_A0aZ9-=\0\xff"u8.ToArray());
            }

            try
            {
                var back = _exchange.Return([.. mutated], sent.Manifest, 1 + random.Below(99));
                if (back.HasFindings) continue;
                // Only kept cells and the hash, which doesn't turn back, can have changed.
                foreach (var line in back.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
                    Assert.Contains(File.Split('\n'), row => row.Split(',')[..4].All(cell => line.Contains(cell, StringComparison.Ordinal)));
            }
            catch (RecordException)
            {
            }
        }
    }

    private static string[][] Set(string[][] rows, int row, int column, string value)
    {
        var changed = rows.Select(r => r.ToArray()).ToArray();
        changed[row][column] = value;
        return changed;
    }

    private static string Token(string agreement, string value)
    {
        using var exchange = new Exchange("profile: p\nversion: 1\nformat: csv\nfields:\n  name: { transform: tokenise }\n", agreement);
        return exchange.Mask($"name\n{value}\n").Split('\n')[1];
    }
}
