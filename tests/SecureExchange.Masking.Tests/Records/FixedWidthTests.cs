using System.Text;

namespace SecureExchange.Masking.Tests.Records;

public class FixedWidthTests
{
    private const string Layout = "layout:\n  id: { picture: 9(4) }\n  name: { picture: X(10) }\n  ssn: { start: 16, length: 9 }\n  city: { length: 6, justify: right }\n";
    private const string Fields = "id: { transform: keep }\nname: { transform: replace, with: X }\nssn: { transform: fpe, alphabet: digits }\ncity: { transform: keep }";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Records_on_lines_keep_their_columns_and_come_back(string end)
    {
        using var exchange = Exchange.Of("fixed-width", Fields.Replace("replace, with: X", "keep", StringComparison.Ordinal), Layout + "row-key: id");
        var file = $"0001Ana Lima   123456789   Rio{end}0002José       000000001Geneva{end}0003Bo         {new string(' ', 9)}  Oslo";
        var sent = exchange.RoundTrip(file);
        Assert.Equal(file.Length, sent.Text.Length);
        Assert.DoesNotContain("123456789", sent.Text, StringComparison.Ordinal);
        Assert.StartsWith("0001Ana Lima   ", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_without_line_ends_follow_each_other()
    {
        using var exchange = Exchange.Of("fixed-width", Fields, Layout + "line-ends: none");
        var masked = exchange.Mask("0001Ana Lima   123456789   Rio0002José       000000001Geneva");
        Assert.Equal("0001X          ", masked[..15]);
        Assert.Equal("   Rio0002X          ", masked[24..45]);
        Assert.Equal(masked, exchange.Mask("0001Ana Lima   123456789   Rio0002José       000000001Geneva", piece: 1));
        Assert.Equal((RecordError.WrongLength, 2L), (exchange.Refused("0001Ana Lima   123456789   Rio0002").Error, exchange.Refused("0001Ana Lima   123456789   Rio0002").Row));
    }

    [Theory]
    [InlineData("0001Ana Lima   123456789   Ri\n", RecordError.WrongLength, 1)]
    [InlineData("0001Ana Lima   123456789   Rio\n0002\n", RecordError.WrongLength, 2)]
    [InlineData("0001Ana Lima   123456789   Rio.\n", RecordError.WrongLength, 1)]
    [InlineData("0001Ana Lima  x123456789   Rio\n", RecordError.UnlistedField, 1)]
    [InlineData("0001Ana\tLima   123456789   Rio\n", RecordError.WrongLength, 1)]
    public void A_record_of_another_length_or_with_something_between_fields_is_refused(string file, RecordError error, long row)
    {
        using var exchange = Exchange.Of("fixed-width", Fields, Layout);
        foreach (var piece in (int[])[int.MaxValue, 1])
        {
            var e = exchange.Refused(Encoding.UTF8.GetBytes(file), piece);
            Assert.Equal((error, row), (e.Error, e.Row));
            Assert.DoesNotContain("Ana", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_no_field_covers_is_made_blank_where_the_profile_says_so()
    {
        using var exchange = Exchange.Of("fixed-width", Fields, Layout + "unlisted: drop");
        Assert.Equal("0001X                       Rio\n".Length - 1, exchange.Mask("0001Ana Lima  é123456789   Rio\n").Length);
        Assert.StartsWith("0001X          ", exchange.Mask("0001Ana Lima  é123456789   Rio\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_hasnt_room_is_refused_with_its_field()
    {
        using var exchange = Exchange.Of("fixed-width", "name: { transform: tokenise }\nid: { transform: keep }\nssn: { transform: keep }\ncity: { transform: keep }", Layout);
        var e = exchange.Refused("0001Bo         123456789   Rio\n0002Ana Lima   123456789   Rio\n");
        Assert.Equal((RecordError.WrongLength, 1L, "name"), (e.Error, e.Row, e.Field));
    }

    [Fact]
    public void In_Shift_JIS_columns_are_bytes()
    {
        var codePage = CodePagesEncodingProvider.Instance.GetEncoding(932)!;
        using var exchange = Exchange.Of("fixed-width", "name: { transform: replace, with: 甲 }\nno: { transform: keep }", "encoding: shift-jis\nlayout:\n  name: { length: 10 }\n  no: { length: 3 }");
        Assert.Equal("甲        001\n", codePage.GetString(exchange.Dispatch(codePage.GetBytes("山田ｱ     001\n")).Masked));
        Assert.Equal(RecordError.WrongLength, exchange.Refused(codePage.GetBytes("山田太郎 表01\n")).Error);
    }

    [Fact]
    public void A_layout_that_contradicts_itself_or_the_fields_is_refused()
    {
        foreach (var layout in (string[])["layout: { a: { start: 1, length: 4 }, b: { start: 4, length: 2 } }", "layout: { a: { picture: Q(4) } }", "layout: { b: { length: 3 } }", "layout: { a: { length: 3 } }\nrecord-length: 2"])
            Assert.Throws<Masking.Profiles.ProfileException>(() => Exchange.Of("fixed-width", "a: { transform: keep }", layout));
    }
}
