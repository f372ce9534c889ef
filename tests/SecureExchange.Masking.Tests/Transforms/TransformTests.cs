using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tests.Transforms;

public class TransformTests
{
    [Theory]
    [InlineData("keep", "Ana", "Ana")]
    [InlineData("redact", "Ana", "[redacted]")]
    [InlineData("replace, with: pending", "Ana", "pending")]
    [InlineData("mask, keep-last: 4", "4111-1111-1111-1234", "****-****-****-1234")]
    [InlineData("mask, keep-last: 4", "4111111111111234", "************1234")]
    [InlineData("mask, keep-last: 4", "1234567", "*******")]
    [InlineData("mask, keep-last: 2", "Zoë É", "**ë É")]
    [InlineData("mask, keep-first: 1", "Zoë", "Z**")]
    [InlineData("mask, keep-first: 6, keep-last: 4, hide-at-least: 6", "4111-1111-1111-1234", "4111-11**-****-1234")]
    [InlineData("mask, keep-first: 6, keep-last: 4", "4111-1111-1111-1234", "****-****-****-****")]
    [InlineData("mask, hide-last: 4", "AB-123456", "AB-12****")]
    [InlineData("mask, hide-first: 3, with: '•'", "日本語です", "•••です")]
    [InlineData("mask, keep-last: 2, ignore: ':', with: x", "00:1a:2b:3c", "xx:xx:xx:3c")]
    [InlineData("mask, keep-last: 2, ignore: ''", "12-34-56", "******56")]
    [InlineData("replace, with-type: true, type: email", "ana@example.org", "<EMAIL>")]
    [InlineData("replace, dictionary: { F: 1, M: 2 }, otherwise: 9", "M", "2")]
    [InlineData("replace, dictionary: { F: 1, M: 2 }, otherwise: 9", "X", "9")]
    [InlineData("date-part, part: year-month", "1980-02-29", "1980-02")]
    [InlineData("date-part, part: quarter", "1980-12-29", "1980-Q4")]
    [InlineData("date-part, part: month", "1980-02-29", "02")]
    [InlineData("date-part, part: weekday", "1980-02-29", "Friday")]
    [InlineData("date-part, part: year, date-format: d-MMM-yyyy", "1-FEB-1980", "1980")]
    [InlineData("date-part, part: year, date-format: M/d/yyyy", "2/9/1980", "1980")]
    [InlineData("date-part, part: year-month, date-format: yyyyMMddHHmmss", "19800229235959", "1980-02")]
    [InlineData("age, on: 2026-02-28", "1980-02-28", "46")]
    [InlineData("age, on: 2026-02-28", "1980-02-29", "45")]
    [InlineData("age, on: 2026-01-01, cap: 90", "1936-01-02", "89")]
    [InlineData("age, on: 2026-01-01, cap: 90", "1936-01-01", "90+")]
    [InlineData("age, on: 2026-01-01, cap: 90", "1900-01-01", "90+")]
    [InlineData("bucket, size: 0.5", "1.74", "1.5")]
    [InlineData("bucket, edges: [0, 18, 65]", "-1", "under 0")]
    [InlineData("bucket, edges: [0, 18, 65]", "18", "18 to under 65")]
    [InlineData("bucket, edges: [0, 18, 65]", "17.99", "0 to under 18")]
    [InlineData("bucket, edges: [0, 18, 65]", "65", "65 or more")]
    [InlineData("bucket, edges: [18, 65], labels: [child, adult, senior]", "64", "adult")]
    [InlineData("round, to: 100", "12345", "12300")]
    [InlineData("round, to: 0.5", "-1.3", "-1.5")]
    [InlineData("truncate, what: postcode, keep: 3, small-areas: us", "02139", "021")]
    [InlineData("truncate, what: postcode, keep: 3, small-areas: us", "02139-1234", "021")]
    [InlineData("truncate, what: postcode, keep: 3, small-areas: us", "03601", "000")]
    [InlineData("truncate, what: postcode, keep: 3, small-areas: us", "89301-0001", "000")]
    [InlineData("truncate, what: postcode, keep: 2", "SW1A 1AA", "SW")]
    [InlineData("truncate, what: ip", "203.0.113.77", "203.0.113.0")]
    [InlineData("truncate, what: ip, ipv4-bits: 20", "203.0.113.77", "203.0.112.0")]
    [InlineData("truncate, what: ip", "2001:db8:1:2:3::4", "2001:db8:1::")]
    [InlineData("truncate, what: coordinates, decimals: 2", "'52.51999, 13.4049'", "'52.51, 13.40'")]
    [InlineData("truncate, what: coordinates", "-0.0499", "0.0")]
    [InlineData("generalise, hierarchy: { Europe: { Germany: [Berlin, Munich], France: [Paris] } }", "Munich", "Germany")]
    [InlineData("generalise, level: 2, hierarchy: { Europe: { Germany: [Berlin, Munich], France: [Paris] } }", "Paris", "Europe")]
    [InlineData("generalise, hierarchy: { Europe: [Berlin] }, otherwise: elsewhere", "Pune", "elsewhere")]
    [InlineData("mask, keep-last: 1", "日本語", "**語")]
    [InlineData("mask, keep-last: 2", "+49 170 12", "*** *** 12")]
    [InlineData("date-part, part: year", "1980-02-29", "1980")]
    [InlineData("date-part, part: year", "1980-02-29T10:11:12+02:00", "1980")]
    [InlineData("date-part, part: year, date-format: dd.MM.yyyy", "31.12.1999", "1999")]
    [InlineData("date-part, part: year, date-format: MM/dd/yyyy", "12/31/1999", "1999")]
    [InlineData("date-part, part: year, date-format: yyyyMMdd", "19991231", "1999")]
    [InlineData("truncate, keep: 3", "02139", "021")]
    [InlineData("truncate, keep: 2", "日本語", "日本")]
    [InlineData("truncate, keep: 3", "=1+1", "*1+")]
    [InlineData("bucket, size: 1000", "12345.67", "12000")]
    [InlineData("bucket, size: 1000", "-5", "-1000")]
    [InlineData("bucket, size: 1000", "0", "0")]
    [InlineData("bucket, size: 5", "64", "60")]
    public void A_transform_makes_this_of_that(string rule, string value, string expected)
    {
        using var exchange = Exchange.Csv($"f: {{ transform: {rule} }}");
        Assert.Equal($"f\n{Quoted(expected)}\n", exchange.Mask($"f\n{Quoted(value)}\n"));

        // A comma has its field quoted.
        static string Quoted(string cell) => cell.Contains(',', StringComparison.Ordinal) ? $"\"{cell.Trim('\'')}\"" : cell;
    }

    [Theory]
    [InlineData("redact")]
    [InlineData("replace, with: x")]
    [InlineData("mask, keep-last: 4")]
    [InlineData("tokenise")]
    [InlineData("fpe, alphabet: digits")]
    [InlineData("hash")]
    [InlineData("date-part, part: year")]
    [InlineData("truncate, keep: 3")]
    [InlineData("bucket, size: 10")]
    [InlineData("round, to: 10")]
    [InlineData("noise, within: 5%")]
    [InlineData("age, on: 2026-01-01")]
    [InlineData("truncate, what: ip")]
    [InlineData("pseudonym, kind: person, locale: us")]
    [InlineData("vault-token")]
    [InlineData("generalise, hierarchy: { a: [b] }")]
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
    [InlineData("date-part, part: year", "29.02.1980", RecordError.NotADate)]
    [InlineData("date-part, part: year", "1981-02-29", RecordError.NotADate)]
    [InlineData("date-part, part: year", "1981-13-01", RecordError.NotADate)]
    [InlineData("date-part, part: year", "1981-00-01", RecordError.NotADate)]
    [InlineData("date-part, part: year", "0000-01-01", RecordError.NotADate)]
    [InlineData("date-part, part: year", "1981-01-01 Ana", RecordError.NotADate)]
    [InlineData("date-part, part: year", "1981-1-1", RecordError.NotADate)]
    [InlineData("date-part, part: year, date-format: dd.MM.yyyy", "1980-02-29", RecordError.NotADate)]
    [InlineData("truncate, keep: 3", "021", RecordError.ValueTooShort)]
    [InlineData("bucket, size: 10", "1e5", RecordError.NotANumber)]
    [InlineData("bucket, size: 10", "1 000", RecordError.NotANumber)]
    [InlineData("bucket, size: 10", "12-3", RecordError.NotANumber)]
    [InlineData("bucket, size: 10", "n/a", RecordError.NotANumber)]
    [InlineData("round, to: 10", "1.2.3", RecordError.NotANumber)]
    [InlineData("noise, within: 1", "12 EUR", RecordError.NotANumber)]
    [InlineData("age, on: 2026-01-01", "2026-01-02", RecordError.DateOutOfRange)]
    [InlineData("age, on: 2026-01-01", "1.1.1980", RecordError.NotADate)]
    [InlineData("date-part, part: year, date-format: M/d/yyyy", "02/09/1980", RecordError.NotADate)]
    [InlineData("date-part, part: year, date-format: yyyyMMddHHmmss", "19800229245959", RecordError.NotADate)]
    [InlineData("truncate, what: postcode, keep: 3, small-areas: us", "2139", RecordError.NotOfThisForm)]
    [InlineData("truncate, what: postcode, keep: 3", "021", RecordError.ValueTooShort)]
    [InlineData("truncate, what: ip", "203.0.113", RecordError.NotOfThisForm)]
    [InlineData("truncate, what: ip", "fe80::1%eth0", RecordError.NotOfThisForm)]
    [InlineData("truncate, what: coordinates", "Berlin", RecordError.NotOfThisForm)]
    [InlineData("truncate, what: coordinates", "1 2 3", RecordError.NotOfThisForm)]
    [InlineData("truncate, what: coordinates", "52.5 ", RecordError.NotOfThisForm)]
    [InlineData("replace, dictionary: { F: 1, M: 2 }", "unknown", RecordError.NotInList)]
    [InlineData("generalise, hierarchy: { Europe: [Berlin] }", "Pune", RecordError.NotInList)]
    [InlineData("fpe, alphabet: digits, check: luhn", "4111111111111112", RecordError.BadCheckDigit)]
    [InlineData("fpe, alphabet: digits, check: luhn", "123455", RecordError.DomainTooSmall)]
    [InlineData("fpe, alphabet: digits, check: luhn, keep-first: 12", "4111111111111111", RecordError.DomainTooSmall)]
    [InlineData("fpe, alphabet: digits, keep-first: 6, keep-last: 5", "4111111111111111", RecordError.DomainTooSmall)]
    [InlineData("fpe, alphabet: digits, check: iban", "DE89370400440532013001", RecordError.BadCheckDigit)]
    [InlineData("fpe, alphabet: digits, check: iban", "1289370400440532013000", RecordError.BadCheckDigit)]
    [InlineData("fpe, alphabet: cyrillic", "Анна Z", RecordError.ForeignCharacter)]
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
        using var exchange = Exchange.Csv("a: { transform: fpe, alphabet: digits }\nb: { transform: date-part, part: year }");
        Assert.Equal(2, exchange.Refused("a,b\n123456,1999-01-01\n123456,x\nx,1999-01-01\n").Row);
    }

    [Theory]
    [InlineData("digits", "078-05-1120")]
    [InlineData("digits", "+1 (555) 010-4477")]
    [InlineData("digits-upper", "DE89 3704 0044 0532 0130 00")]
    [InlineData("upper", "ABCDE")]
    [InlineData("alphanumeric", "aB3x")]
    [InlineData("'01'", "10101010101010101010")]
    [InlineData("digits, keep-first: 6", "4111 1111 1111 1111")]
    [InlineData("digits, keep-first: 2, keep-last: 3", "12-3456789-012")]
    [InlineData("digits, check: luhn", "4111-1111-1111-1111")]
    [InlineData("digits, check: luhn, keep-first: 6", "378282246310005")]
    [InlineData("digits, check: npi", "1245319599")]
    [InlineData("digits, check: iban", "GB29 NWBK 6016 1331 9268 19")]
    [InlineData("digits-upper, check: iban", "GB29NWBK60161331926819")]
    [InlineData("digits, check: iban", "NL91ABNA0417164300")]
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

    [Theory]
    [InlineData("german", "Jürgen Groß-Weiß")]
    [InlineData("cyrillic", "Ирина Соколова")]
    [InlineData("greek", "Ελένη Παπαδάκη")]
    [InlineData("'абвгдежз'", "абвгдежза")]
    [InlineData("'0123456789٠١٢٣٤٥٦٧٨٩'", "٠٥٥-123-٤٥٦")]
    public void Letters_of_any_script_can_be_an_alphabet(string alphabet, string value)
    {
        using var exchange = Exchange.Csv($"f: {{ transform: fpe, alphabet: {alphabet} }}");
        var sent = exchange.Dispatch($"f\n{value}\n");
        Assert.Equal(value.Length, sent.Text[2..^1].Length);
        Assert.NotEqual(value, sent.Text[2..^1]);
        Assert.Equal($"f\n{value}\n", exchange.Return(sent.Text, sent.Manifest).Text);
    }

    [Fact]
    public void Check_digits_are_right_in_every_masked_value()
    {
        using var exchange = Exchange.Csv("""
            card: { transform: fpe, alphabet: digits, check: luhn }
            iban: { transform: fpe, alphabet: digits, check: iban }
            """);
        var rows = Enumerable.Range(0, 500).Select(i => $"{Luhn($"{4_000_000_000_000_00L + (i * 7919L)}0")},{Iban($"DE00{i:D8}{i * 31:D10}")}").ToList();
        var sent = exchange.Dispatch($"card,iban\n{string.Join('\n', rows)}\n");
        foreach (var row in sent.Text.Split('\n')[1..^1])
        {
            var cells = row.Split(',');
            Assert.Equal(cells[0], Luhn(cells[0]));
            Assert.Equal(cells[1], Iban(cells[1]));
            Assert.StartsWith("DE", cells[1], StringComparison.Ordinal);
        }

        Assert.Equal(rows.Count, sent.Text.Split('\n')[1..^1].Distinct().Count());
        Assert.Equal($"card,iban\n{string.Join('\n', rows)}\n", exchange.Return(sent.Text, sent.Manifest).Text);

        // Written out, and not as the product does it.
        static string Luhn(string digits)
        {
            for (var check = 0; check < 10; check++)
            {
                var number = digits[..^1] + check;
                var doubled = number.Reverse().Select((c, i) => (c - '0') * (1 + (i % 2)));
                if (doubled.Sum(d => (d / 10) + (d % 10)) % 10 == 0) return number;
            }

            return "";
        }

        static string Iban(string iban)
        {
            var number = string.Concat((iban[4..] + iban[..2] + "00").Select(c => char.IsDigit(c) ? $"{c}" : $"{c - 'A' + 10}"));
            return $"{iban[..2]}{98 - (int)(System.Numerics.BigInteger.Parse(number) % 97):D2}{iban[4..]}";
        }
    }

    [Fact]
    public void Numbers_of_two_subjects_can_look_different()
    {
        using var exchange = Exchange.Csv("""
            who: { transform: keep }
            a: { transform: fpe, alphabet: digits, tweak: subject }
            b: { transform: tokenise, context: subject }
            """, "subject-key: who");
        const string File = "who,a,b\n1,1234567,Ana\n2,1234567,Ana\n1,1234567,Ana\n";
        var sent = exchange.Dispatch(File);
        var rows = sent.Text.Split('\n')[1..^1].Select(row => row.Split(',')).ToArray();
        Assert.NotEqual(rows[0][1], rows[1][1]);
        Assert.NotEqual(rows[0][2], rows[1][2]);
        Assert.Equal(rows[0], rows[2]);
        Assert.Equal(File, exchange.Return(sent.Text, sent.Manifest).Text);
        Assert.Equal(RecordError.EditedToken, Assert.Throws<RecordException>(() => exchange.Unmask($"who,a,b\n2,{rows[0][1]},{rows[0][2]}\n")).Error);
    }

    [Fact]
    public void Noise_is_bounded_and_the_same_each_time()
    {
        using var exchange = Exchange.Csv("a: { transform: noise, within: 10% }\nb: { transform: noise, within: 3 }");
        var file = $"a,b\n{string.Concat(Enumerable.Range(1, 400).Select(i => $"{i * 100}.50,{i}\n"))}";
        var masked = exchange.Mask(file);
        var moved = 0;
        foreach (var (row, i) in masked.Split('\n')[1..^1].Select((row, i) => (row, i + 1)))
        {
            var cells = row.Split(',').Select(cell => decimal.Parse(cell, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            Assert.InRange(cells[0], ((i * 100) + 0.5m) * 0.9m - 0.01m, (((i * 100) + 0.5m) * 1.1m) + 0.01m);
            Assert.InRange(cells[1], i - 3, i + 3);
            moved += cells[1] == i ? 0 : 1;
        }

        Assert.InRange(moved, 250, 400);
        Assert.Equal(masked, exchange.Mask(file));
    }

    [Fact]
    public void A_dropped_field_is_left_out_of_every_row()
    {
        using var exchange = Exchange.Csv("a: { transform: drop }\nb: { transform: keep }\nc: { transform: drop }\nd: { transform: tokenise }\ne: { transform: drop, optional: true }");
        var sent = exchange.Dispatch("a,b,c,d,e\r\n1,2,\"3,3\",4,5\r\n,,,,\r\n");
        Assert.Matches("^b,d\r\n2,tok_[^,]*\r\n,\r\n$", sent.Text);
        Assert.Equal("b,d\r\n2,4\r\n,\r\n", exchange.Return(sent.Text, sent.Manifest).Text);
        Assert.Equal(RecordError.HeaderNotRecognised, exchange.Refused("x\n1\n").Error);
    }

    [Fact]
    public void A_dropped_member_is_left_out_of_every_object_whatever_it_holds()
    {
        using var exchange = Exchange.Ndjson("a: { transform: drop }\nb.c: { transform: drop }\nb.d: { transform: keep }\ne[*].f: { transform: drop }\ne[*].g: { transform: keep }");
        Assert.Equal(
            "{\"b\":{\"d\":2},\"e\":[{\"g\":1},{}] }\n",
            exchange.Mask("{\"a\":{\"x\":[1]},\"b\":{\"c\":1, \"d\":2},\"e\":[{\"f\":0,\"g\":1},{\"f\":3}] }\n"));
    }

    [Fact]
    public void A_profile_that_leaves_nothing_is_refused() => Assert.Equal(
        ProfileError.BadReference, Assert.Throws<ProfileException>(() => Exchange.Csv("a: { transform: drop }")).Error);

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
