using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tests.Files;

namespace SecureExchange.Masking.Tests.Profiles;

public class PatternTests
{
    private const string Fields = "fields:\n  id: { transform: keep }\n  note_0: { transform: redact }\npatterns:\n  note_*: { transform: tokenise }\n  amount_??: { transform: keep }\n";

    [Theory]
    [InlineData("diag_*", "diag_1", true)]
    [InlineData("diag_*", "diag_", true)]
    [InlineData("diag_*", "Diag_1", false)]
    [InlineData("*_on", "admitted_on", true)]
    [InlineData("*_on_*", "a_on_on_b", true)]
    [InlineData("a*b*c", "aXbXbXc", true)]
    [InlineData("a*b*c", "aXbXbX", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("note *", "note of Ana", true)]
    [InlineData("note*", "note@example.org", false)]
    [InlineData("note*", "noteé", false)]
    [InlineData("n*", "n.o", false)]
    public void A_pattern_fits_names_and_its_wildcards_stand_for_plain_characters_only(string pattern, string name, bool fits) =>
        Assert.Equal(fits, NamePattern.Of(pattern).Fits(Encoding.UTF8.GetBytes(name)));

    [Fact]
    public void Columns_that_fit_are_masked_as_one_field_and_may_come_back_in_another_order()
    {
        using var exchange = Csv();
        var sent = exchange.RoundTrip("note_b,id,note_a,amount_01,note_0\r\nAna,1,Bo,=1+1,\r\nBo,2,,,\r\n");
        var rows = sent.Text.Split("\r\n").Select(row => row.Split(',')).ToArray();
        Assert.Equal(rows[1][2], rows[2][0]);
        Assert.Equal("=1+1", rows[1][3]);
        Assert.Equal(3, sent.Report.Fields.Single(field => field.Name == "note_*").Count);
        var turned = string.Join("\r\n", rows.Select(row => row.Length < 5 ? "" : string.Join(',', row[2], row[1], row[0], row[3], row[4])));
        Assert.Equal("note_a,id,note_b,amount_01,note_0\r\nBo,1,Ana,=1+1,\r\n,2,Bo,,\r\n", exchange.Return(turned, sent.Manifest).Text);
    }

    [Fact]
    public void A_token_moved_to_another_column_of_its_pattern_is_found()
    {
        using var exchange = Csv();
        var sent = exchange.Dispatch("id,note_a,note_b,amount_01,note_0\n1,Ana,Bo,,\n");
        var cells = sent.Text.Split('\n')[1].Split(',');
        Assert.True(exchange.Return($"id,note_a,note_b,amount_01,note_0\n1,{cells[2]},{cells[1]},,\n", sent.Manifest).HasFindings);
        Assert.True(exchange.Return($"id,note_a,amount_01,note_0\n1,{cells[1]},,\n", sent.Manifest).HasFindings);
    }

    [Fact]
    public void A_column_that_two_patterns_fit_refuses_the_file_and_one_listed_by_its_name_doesnt()
    {
        const string Two = "profile: p\nversion: 1\nformat: csv\nfields:\n  id: { transform: keep }\npatterns:\n  note_*: { transform: keep }\n  '*_b': { transform: redact, optional: true }\n";
        using var exchange = new Exchange(Two);
        Assert.Equal(RecordError.AmbiguousField, exchange.Refused("id,note_b\n1,x\n").Error);
        using var named = new Exchange(Two.Replace("id: { transform: keep }", "id: { transform: keep }\n  note_b: { transform: replace, with: N }", StringComparison.Ordinal));
        Assert.Equal("id,note_b,note_a\n1,N,x\n", named.Mask("id,note_b,note_a\n1,x,x\n"));
    }

    [Fact]
    public void A_pattern_that_nothing_fits_refuses_the_file_unless_it_is_optional()
    {
        using var exchange = Csv();
        Assert.Equal(RecordError.MissingField, exchange.Refused("id,note_0,note_a\n1,x,y\n").Error);
        Assert.Equal(RecordError.UnlistedField, exchange.Refused("id,note_0,note_a,amount_01,amount_1\n1,x,y,z,z\n").Error);
    }

    [Fact]
    public void Members_of_JSON_that_fit_are_one_field_also_in_arrays()
    {
        using var exchange = new Exchange("""
            profile: p
            version: 1
            format: ndjson
            fields:
              id: { transform: keep }
              lines[*].who: { transform: keep }
            patterns:
              lines[*].day_*: { transform: shift-date, subject: 'lines[*].who', max-days: 9 }
              note_*: { transform: tokenise }
            """);
        const string File = "{\"note_a\":\"Ana\",\"id\":1,\"lines\":[{\"who\":\"x\",\"day_1\":\"2026-01-02\",\"day_2\":\"2026-01-04\"},{\"day_1\":\"2026-01-02\",\"who\":\"y\"}],\"note_b\":\"\\u0041na\"}\n";
        var sent = exchange.RoundTrip(File);
        Assert.DoesNotContain("Ana", sent.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("2026-01-02", sent.Text, StringComparison.Ordinal);
        var members = System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, object>>(sent.Text)!;
        var turned = $"{{\"id\":1,\"note_b\":\"{members["note_b"]}\",\"note_a\":\"{members["note_a"]}\",\"lines\":{members["lines"]}}}\n";
        Assert.False(exchange.Return(turned, sent.Manifest).HasFindings);
        var swapped = $"{{\"id\":1,\"note_b\":\"{members["note_a"]}\",\"note_a\":\"{members["note_b"]}\",\"lines\":{members["lines"]}}}\n";
        Assert.True(exchange.Return(swapped, sent.Manifest).HasFindings);
    }

    [Fact]
    public void Elements_and_attributes_of_XML_that_fit_are_one_field()
    {
        using var exchange = new Exchange("profile: p\nversion: 1\nformat: xml\nrecords: a/r\nfields:\n  id: { transform: keep }\npatterns:\n  n/note_*: { transform: tokenise }\n  n/@x_*: { transform: tokenise }\n");
        const string File = "<a><r><id>1</id><n x_1=\"Ana\" x_2=\"Bo\"><note_1>Ana</note_1><note_2>Bo</note_2><note_2>Cy</note_2></n></r></a>";
        var sent = exchange.RoundTrip(File);
        Assert.DoesNotContain("Ana", sent.Text, StringComparison.Ordinal);
        Assert.Equal(5, sent.Report.Fields.Sum(field => field.Transform == "tokenise" ? (int)field.Count : 0));
        var swapped = sent.Text.Replace("note_1", "note_0", StringComparison.Ordinal);
        Assert.True(exchange.Return(swapped, sent.Manifest).HasFindings);
    }

    [Fact]
    public void Columns_of_a_workbook_that_fit_are_one_field()
    {
        using var exchange = new Exchange("profile: p\nversion: 1\nformat: xlsx\nfields:\n  id: { transform: keep }\npatterns:\n  note_*: { transform: tokenise }\n");
        var file = Book.Make(
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c></row>"
            + "<row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"s\"><v>3</v></c><c r=\"C2\" t=\"s\"><v>4</v></c></row>",
            ["id", "note_a", "note_b", "Lima", "Bo Diaz"]);
        var sent = exchange.Dispatch(file);
        Assert.Equal(2, sent.Report.Fields[1].Count);
        Assert.DoesNotContain("Lima", Book.Everything(sent.Masked), StringComparison.Ordinal);
        Assert.Equal(Book.Cells(file).Select(cell => cell.Split(' ')[^1]), Book.Cells(exchange.Return(sent.Masked, sent.Manifest).Bytes).Select(cell => cell.Split(' ')[^1]));
    }

    [Theory]
    [InlineData("csv", "note", "a whole name is for fields")]
    [InlineData("csv", "'*'", "would list whatever comes")]
    [InlineData("hl7", "PID-*", "patterns are for fields that a file names")]
    [InlineData("csv\ndelimiter: comma\nheader: none", "a*", "patterns are for fields that a file names")]
    [InlineData("ndjson", "'a_*[*]'", "without brackets")]
    [InlineData("ndjson", "'a_*.b'", "a whole name is for fields")]
    public void What_is_no_pattern_is_refused_with_its_place(string format, string pattern, string message)
    {
        var name = format == "hl7" ? "MSH" : format.Contains("none", StringComparison.Ordinal) ? "1" : "id";
        var e = Assert.Throws<ProfileException>(() => new Exchange($"profile: p\nversion: 1\nformat: {format}\nfields:\n  {name}: {{ transform: keep }}\npatterns:\n  {pattern}: {{ transform: keep }}\n"));
        Assert.Equal(ProfileError.WrongValue, e.Error);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_row_key_nor_subject_is_a_pattern()
    {
        Assert.Equal(ProfileError.BadReference, Assert.Throws<ProfileException>(() => new Exchange("profile: p\nversion: 1\nformat: csv\nrow-key: note_*\n" + Fields)).Error);
        Assert.Equal(ProfileError.BadReference, Assert.Throws<ProfileException>(() => new Exchange(
            "profile: p\nversion: 1\nformat: csv\n" + Fields.Replace("id: { transform: keep }", "id: { transform: shift-date, subject: note_*, max-days: 3 }", StringComparison.Ordinal))).Error);
    }

    [Fact]
    public void Who_gains_sight_is_told_also_where_a_pattern_takes_a_fields_place()
    {
        var before = MaskingProfile.Parse("profile: p\nversion: 1\nformat: csv\nfields:\n  note_1: { transform: redact }\n  id: { transform: keep }\n"u8);
        var after = MaskingProfile.Parse("profile: p\nversion: 2\nformat: csv\nfields:\n  id: { transform: keep }\npatterns:\n  note_*: { transform: keep }\n"u8);
        Assert.Equal(["note_* True", "note_1 True"], ProfileDiff.Between(before, after).Select(change => $"{change.Field} {change.IsGain}"));
        Assert.Equal(["note_1 False", "note_* False"], ProfileDiff.Between(after, before).Select(change => $"{change.Field} {change.IsGain}"));
    }

    private static Exchange Csv() => new("profile: p\nversion: 1\nformat: csv\n" + Fields);
}
