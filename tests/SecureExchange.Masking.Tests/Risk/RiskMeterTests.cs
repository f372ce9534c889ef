using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking.Tests.Risk;

public sealed class RiskMeterTests
{
    private const string Fields = """
        id: { transform: tokenise }
        zip: { transform: truncate, keep: 3 }
        sex: { transform: keep }
        diagnosis: { transform: keep }
        """;

    private const string Measured = "risk: { quasi-identifiers: [zip, sex], sensitive: [diagnosis] }";

    [Fact]
    public void What_goes_out_is_measured_and_not_what_came_in()
    {
        using var exchange = Exchange.Csv(Fields, Measured);
        var risk = exchange.Dispatch("""
            id,zip,sex,diagnosis
            1,12345,f,A
            2,12399,f,B
            3,12311,f,A
            4,77711,m,A
            5,77722,m,A

            """).Report.Risk!;
        var anonymity = risk.Anonymity!;
        Assert.Equal((5L, 2L, 2L, 0L), (risk.Records, anonymity.K, anonymity.Classes, anonymity.UniqueRecords));
        Assert.Equal((0.5, 0.4), (anonymity.HighestRisk, anonymity.AverageRisk));
        Assert.Equal(new FieldDiversity("diagnosis", 1), Assert.Single(anonymity.Diversity));
        Assert.Null(anonymity.Sampling);
        Assert.Equal([new SizeBucket(2, 4, 2, 5)], anonymity.Sizes.Where(bucket => bucket.Classes > 0));
        Assert.Equal(
            [new ColumnUniqueness("sex", 5, 2, 0, null), new ColumnUniqueness("diagnosis", 5, 2, 1, null)], risk.Columns);
    }

    [Fact]
    public void An_empty_quasi_identifier_is_a_value_like_any_other()
    {
        using var exchange = Exchange.Csv(Fields, Measured);
        var anonymity = exchange.Dispatch("id,zip,sex,diagnosis\n1,,f,A\n2,,f,B\n3,,,B\n").Report.Risk!.Anonymity!;
        Assert.Equal((1L, 2L, 1L), (anonymity.K, anonymity.Classes, anonymity.UniqueRecords));
    }

    [Fact]
    public void A_file_without_records_has_no_anonymity_to_speak_of()
    {
        using var exchange = Exchange.Csv(Fields, Measured);
        Assert.Null(exchange.Dispatch("id,zip,sex,diagnosis\n").Report.Risk!.Anonymity);
    }

    [Fact]
    public void Where_the_profile_asks_for_nothing_nothing_is_measured()
    {
        using var exchange = Exchange.Csv(Fields);
        Assert.Null(exchange.Dispatch("id,zip,sex,diagnosis\n1,12345,f,A\n").Report.Risk);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void The_figures_do_not_depend_on_how_the_file_is_cut(int piece)
    {
        using var exchange = Exchange.Csv(Fields, Measured);
        var rows = string.Concat(Enumerable.Range(0, 3000).Select(i => $"{i},{10_000 + (i * 37 % 20_000)},{"fmx"[i % 3]},D{i % 7}\n"));
        var file = System.Text.Encoding.UTF8.GetBytes("id,zip,sex,diagnosis\n" + rows);
        var oracle = Enumerable.Range(0, 3000).GroupBy(i => ((10_000 + (i * 37 % 20_000)) / 100, i % 3)).Select(c => c.Count()).ToList();
        var anonymity = exchange.Dispatch(file, piece).Report.Risk!.Anonymity!;
        Assert.Equal((oracle.Min(), oracle.Count), ((int)anonymity.K, (int)anonymity.Classes));
    }

    [Theory]
    [InlineData("risk: { quasi-identifiers: [nobody] }", "there is no such field")]
    [InlineData("risk: { quasi-identifiers: [] }", "is a list of 1 to 32 fields")]
    [InlineData("risk: { sensitive: [diagnosis] }", "name quasi-identifiers too")]
    [InlineData("risk: { quasi-identifiers: [zip, zip] }", "is there twice")]
    [InlineData("gates: { min-k: 5 }", "needs quasi-identifiers")]
    [InlineData("risk: { quasi-identifiers: [zip] }\ngates: { min-l: 2 }", "needs sensitive fields")]
    [InlineData("gates: { min-k: 1 }", "a whole number from 2")]
    [InlineData("gates: { k: 5 }", "gates has no key 'k'")]
    public void A_profile_that_asks_for_the_impossible_is_refused(string top, string why)
    {
        var fault = Assert.Throws<ProfileException>(() => Exchange.Csv(Fields, top));
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }
}
