namespace SecureExchange.Masking.Tests.Transforms;

public class TransformTests
{
    [Theory]
    [InlineData("keep", "Ana", "Ana")]
    [InlineData("redact", "Ana", "[redacted]")]
    [InlineData("replace, with: pending", "Ana", "pending")]
    [InlineData("keep-last, count: 4", "4111-1111-1111-1234", "****-****-****-1234")]
    [InlineData("keep-last, count: 4", "4111111111111234", "************1234")]
    [InlineData("keep-last, count: 4", "1234567", "*******")]
    [InlineData("keep-last, count: 2", "Zoë É", "*** É")]
    [InlineData("keep-last, count: 1", "日本語", "**語")]
    [InlineData("keep-last, count: 2", "+49 170 12", "*** *** 12")]
    [InlineData("generalise, as: year", "1980-02-29", "1980")]
    [InlineData("generalise, as: year", "1980-02-29T10:11:12+02:00", "1980")]
    [InlineData("generalise, as: year, date-format: dd.MM.yyyy", "31.12.1999", "1999")]
    [InlineData("generalise, as: year, date-format: MM/dd/yyyy", "12/31/1999", "1999")]
    [InlineData("generalise, as: year, date-format: yyyyMMdd", "19991231", "1999")]
    [InlineData("generalise, as: prefix, length: 3", "02139", "021")]
    [InlineData("generalise, as: prefix, length: 2", "日本語", "日本")]
    [InlineData("generalise, as: prefix, length: 3", "=1+1", "*1+")]
    [InlineData("generalise, as: bucket, size: 1000", "12345.67", "12000")]
    [InlineData("generalise, as: bucket, size: 1000", "-5", "-1000")]
    [InlineData("generalise, as: bucket, size: 1000", "0", "0")]
    [InlineData("generalise, as: bucket, size: 5", "64", "60")]
    public void A_transform_makes_this_of_that(string rule, string value, string expected)
    {
        using var exchange = Exchange.Csv($"f: {{ transform: {rule} }}");
        Assert.Equal($"f\n{expected}\n", exchange.Mask($"f\n{value}\n"));
    }

    [Theory]
    [InlineData("redact")]
    [InlineData("replace, with: x")]
    [InlineData("keep-last, count: 4")]
    [InlineData("tokenise")]
    [InlineData("fpe, alphabet: digits")]
    [InlineData("hash")]
    [InlineData("generalise, as: year")]
    [InlineData("generalise, as: prefix, length: 3")]
    [InlineData("generalise, as: bucket, size: 10")]
    public void An_empty_cell_stays_empty(string rule)
    {
        using var exchange = Exchange.Csv($"k: {{ transform: keep }}\nf: {{ transform: {rule} }}");
        Assert.Equal("k,f\n1,\n2,\"\"\n", exchange.Mask("k,f\n1,\n2,\"\"\n"));
    }

    [Theory]
    [InlineData("fpe, alphabet: digits", "12345", RecordError.DomainTooSmall)]
    [InlineData("fpe, alphabet: digits", "--- / ---", RecordError.DomainTooSmall)]
    [InlineData("fpe, alphabet: digits", "AB 1234567", RecordError.ForeignCharacter)]
    [InlineData("fpe, alphabet: digits", "123456７", RecordError.ForeignCharacter)]
    [InlineData("fpe, alphabet: upper", "ABCDE1", RecordError.ForeignCharacter)]
    [InlineData("fpe, alphabet: hex", "12345g", RecordError.ForeignCharacter)]
    [InlineData("generalise, as: year", "29.02.1980", RecordError.NotADate)]
    [InlineData("generalise, as: year", "1981-02-29", RecordError.NotADate)]
    [InlineData("generalise, as: year", "1981-13-01", RecordError.NotADate)]
    [InlineData("generalise, as: year", "1981-00-01", RecordError.NotADate)]
    [InlineData("generalise, as: year", "0000-01-01", RecordError.NotADate)]
    [InlineData("generalise, as: year", "1981-01-01 Ana", RecordError.NotADate)]
    [InlineData("generalise, as: year", "1981-1-1", RecordError.NotADate)]
    [InlineData("generalise, as: year, date-format: dd.MM.yyyy", "1980-02-29", RecordError.NotADate)]
    [InlineData("generalise, as: prefix, length: 3", "021", RecordError.ValueTooShort)]
    [InlineData("generalise, as: bucket, size: 10", "1e5", RecordError.NotANumber)]
    [InlineData("generalise, as: bucket, size: 10", "1 000", RecordError.NotANumber)]
    [InlineData("generalise, as: bucket, size: 10", "12-3", RecordError.NotANumber)]
    [InlineData("generalise, as: bucket, size: 10", "n/a", RecordError.NotANumber)]
    public void What_cant_be_transformed_is_refused_with_its_row_and_field_and_never_repeated(string rule, string value, RecordError error)
    {
        using var exchange = Exchange.Csv($"k: {{ transform: keep }}\nf: {{ transform: {rule} }}");
        var e = exchange.Refused($"k,f\n1,\n2,{value}\n");
        Assert.Equal((error, 2L, "f"), (e.Error, e.Row, e.Field));
        Assert.StartsWith("row 2, field f: ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(value, e.Message, StringComparison.Ordinal);
        Assert.Null(e.InnerException);
    }

    [Fact]
    public void Of_two_faulty_cells_the_first_row_is_named()
    {
        using var exchange = Exchange.Csv("a: { transform: fpe, alphabet: digits }\nb: { transform: generalise, as: year }");
        Assert.Equal(2, exchange.Refused("a,b\n123456,1999-01-01\n123456,x\nx,1999-01-01\n").Row);
    }

    [Theory]
    [InlineData("digits", "078-05-1120")]
    [InlineData("digits", "+1 (555) 010-4477")]
    [InlineData("digits-upper", "DE89 3704 0044 0532 0130 00")]
    [InlineData("upper", "ABCDE")]
    [InlineData("alphanumeric", "aB3x")]
    [InlineData("'01'", "10101010101010101010")]
    public void FPE_keeps_the_form_and_comes_back(string alphabet, string value)
    {
        using var exchange = Exchange.Csv($"f: {{ transform: fpe, alphabet: {alphabet} }}");
        var sent = exchange.Dispatch($"f\n{value}\n");
        var masked = sent.Text[2..^1];
        Assert.NotEqual(value, masked);
        Assert.Equal(value.Length, masked.Length);
        for (var i = 0; i < value.Length; i++)
            Assert.True(char.IsAsciiLetterOrDigit(value[i]) ? char.IsAsciiLetterOrDigit(masked[i]) : value[i] == masked[i]);
        Assert.Equal($"f\n{value}\n", exchange.Return(sent.Text, sent.Manifest).Text);
    }

    [Fact]
    public void Separators_can_be_named_and_others_are_then_refused()
    {
        using var exchange = Exchange.Csv("f: { transform: fpe, alphabet: digits, separators: '|' }");
        Assert.Equal('|', exchange.Mask("f\n123|4567\n")[5]);
        Assert.Equal(RecordError.ForeignCharacter, exchange.Refused("f\n123-4567\n").Error);
    }

    [Fact]
    public void Equal_values_are_equal_within_a_field_and_an_agreement_only()
    {
        const string Fields = "a: { transform: tokenise }\nb: { transform: tokenise }\nc: { transform: hash }\nd: { transform: hash }\ne: { transform: fpe, alphabet: digits }\nf: { transform: fpe, alphabet: digits }";
        using var one = Exchange.Csv(Fields);
        using var two = new Exchange("profile: test\nversion: 1\nformat: csv\nfields:\n" + string.Concat(Fields.Split('\n').Select(l => $"  {l}\n")), "a2");
        const string File = "a,b,c,d,e,f\n7654321,7654321,7654321,7654321,7654321,7654321\n7654321,7654321,7654321,7654321,7654321,7654321\n";
        var rows = one.Mask(File).Split('\n');
        Assert.Equal(rows[1], rows[2]);
        Assert.Equal(6, rows[1].Split(',').Distinct().Count());
        Assert.Empty(rows[1].Split(',').Intersect(two.Mask(File).Split('\n')[1].Split(',')));
    }

    [Fact]
    public void A_hash_has_the_declared_form()
    {
        using var exchange = Exchange.Csv("a: { transform: hash }\nb: { transform: hash, bytes: 16 }\nc: { transform: hash, encoding: base64url, bytes: 16 }");
        var cells = exchange.Mask("a,b,c\nx,x,x\n").Split('\n')[1].Split(',');
        Assert.Matches("^[0-9a-f]{64}$", cells[0]);
        Assert.Matches("^[0-9a-f]{32}$", cells[1]);
        Assert.Matches("^h_[A-Za-z0-9_-]{22}$", cells[2]);
    }

    [Theory]
    [InlineData("iso", "1980-02-28", "1980-03-02")]
    [InlineData("iso", "1980-02-28T23:59:59.5Z", "1980-03-02 00:00:01")]
    [InlineData("dd.MM.yyyy", "28.02.1980", "02.03.1980")]
    [InlineData("MM/dd/yyyy", "02/28/1980", "03/02/1980")]
    [InlineData("yyyyMMdd", "19800228", "19800302")]
    public void Dates_of_one_subject_move_together_and_keep_their_form(string format, string first, string second)
    {
        using var exchange = Exchange.Csv($"p: {{ transform: keep }}\na: {{ transform: shift-date, subject: p, max-days: 90, date-format: {format} }}\nb: {{ transform: shift-date, subject: p, max-days: 90, date-format: {format} }}");
        var people = Enumerable.Range(1, 300).Select(i => $"{i},{first},{second}");
        var sent = exchange.Dispatch($"p,a,b\n{string.Join('\n', people)}\n");
        var shifts = new HashSet<int>();
        foreach (var row in sent.Text.Split('\n')[1..^1])
        {
            var cells = row.Split(',');
            Assert.Equal(first.Length, cells[1].Length);
            var (a, b) = (Date(format, cells[1]), Date(format, cells[2]));
            Assert.Equal(3, b.DayNumber - a.DayNumber); // 1980 is a leap year.
            shifts.Add(a.DayNumber - new DateOnly(1980, 2, 28).DayNumber);
        }

        Assert.DoesNotContain(0, shifts);
        Assert.InRange(shifts.Min(), -90, -60);
        Assert.InRange(shifts.Max(), 60, 90);
        Assert.Equal($"p,a,b\n{string.Join('\n', people)}\n", exchange.Return(sent.Text, sent.Manifest).Text);
    }

    [Theory]
    [InlineData("p,a\n,1980-01-01\n", RecordError.MissingSubject)]
    [InlineData("p,a\n1,0001-01-01\n", RecordError.DateOutOfRange)]
    [InlineData("p,a\n2,0001-01-01\n", RecordError.DateOutOfRange)]
    [InlineData("p,a\n1,01.01.1980\n", RecordError.NotADate)]
    public void A_date_that_cant_be_shifted_is_refused(string file, RecordError error)
    {
        using var exchange = Exchange.Csv("p: { transform: keep }\na: { transform: shift-date, subject: p, max-days: 3650 }");
        // Whichever way the subject's dates move, the last day of all can't move on, and the first not back.
        var other = file.Replace("0001-01-01", "9999-12-31", StringComparison.Ordinal);
        var errors = new[] { file, other }.Select(text => Record.Exception(() => exchange.Dispatch(text)) as RecordException);
        Assert.Contains(errors, e => e?.Error == error);
    }

    private static DateOnly Date(string format, string text) =>
        DateOnly.ParseExact(text[..(format == "iso" ? 10 : format.Length)], format == "iso" ? "yyyy-MM-dd" : format, System.Globalization.CultureInfo.InvariantCulture);
}
