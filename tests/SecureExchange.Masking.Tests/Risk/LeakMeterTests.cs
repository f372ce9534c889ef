using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tests.Risk;

public sealed class LeakMeterTests
{
    private const string Fields = """
        id: { transform: tokenise }
        status: { transform: keep }
        remark: { transform: keep }
        """;

    private const string File = """
        id,status,remark
        1,open,call back
        2,open,write to ada@example.com or bob@example.org
        3,closed,his SSN is 220-33-5999
        4,open,seen on 2026-01-31

        """;

    [Fact]
    public void Personal_data_in_a_field_that_is_passed_on_is_found_with_its_first_record()
    {
        using var exchange = Exchange.Csv(Fields, "risk: { search-kept-fields: true }");
        Assert.Equal(
            [new Leak("remark", "EMAIL_ADDRESS", 2, 2), new Leak("remark", "US_SSN", 1, 3)], exchange.Dispatch(File).Report.Leaks);
    }

    [Fact]
    public void What_is_masked_is_not_searched()
    {
        using var exchange = Exchange.Csv(Fields.Replace("remark: { transform: keep }", "remark: { transform: tokenise }", StringComparison.Ordinal), "risk: { search-kept-fields: true }");
        Assert.Empty(exchange.Dispatch(File).Report.Leaks);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void A_gate_lets_so_many_pass_and_no_more(int most, bool passes)
    {
        using var exchange = Exchange.Csv(Fields, $"risk: {{ search-kept-fields: true }}\ngates: {{ max-leaks: {most} }}");
        Assert.True(exchange.Profile.HasGates);
        var attestation = Attestation.Of(exchange.Profile, exchange.Dispatch(File).Report, "t");
        Assert.Equal((new GateResult("max-leaks", most, 3, passes), passes), (Assert.Single(attestation.Gates), attestation.Passed));
    }

    [Fact]
    public void Only_what_the_profile_names_is_looked_for()
    {
        using var exchange = Exchange.Csv(Fields, "risk: { search-kept-fields: true, search-entities: [US_SSN] }");
        Assert.Equal("US_SSN", Assert.Single(exchange.Dispatch(File).Report.Leaks).Entity);
    }

    [Theory]
    [InlineData("gates: { max-leaks: 0 }", "needs search-kept-fields")]
    [InlineData("risk: { search-kept-fields: true, search-entities: [NOBODY] }", "search-entities has no 'NOBODY'")]
    public void A_gate_that_could_only_pass_is_refused(string top, string why) =>
        Assert.Contains(why, Assert.Throws<ProfileException>(() => Exchange.Csv(Fields, top)).Message, StringComparison.Ordinal);
}
