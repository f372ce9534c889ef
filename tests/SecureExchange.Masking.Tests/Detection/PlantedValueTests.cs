using System.Text;
using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Detection;
using SecureExchange.Masking.Detection.Planting;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>Known values are put before each detector of a transfer, and the attestation says whether it caught them.</summary>
public sealed class PlantedValueTests
{
    [Fact]
    public void There_is_one_for_each_entity_and_no_other() => Assert.Equal(Detector.AllEntities.Order(StringComparer.Ordinal), PlantedValues.All.Select(value => value.Entity).Order(StringComparer.Ordinal));

    [Fact]
    public void Each_gets_the_score_that_is_written_down_and_is_covered()
    {
        var found = new DetectionList();
        var wrong = new List<string>();
        foreach (var value in PlantedValues.All)
        {
            new Detector(new DetectorOptions { Entities = [value.Entity], MinScore = 0 }).Detect(value.Text, found);
            var best = found.Found.ToArray().Where(one => one.Start <= value.Start && one.End >= value.End).Select(one => one.Score).DefaultIfEmpty(0).Max();
            if (best != value.Score) wrong.Add($"{value.Entity} {best}");
            else if (!value.IsCovered(found.Found)) wrong.Add($"{value.Entity} isn't covered");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("countries: [all]")]
    [InlineData("countries: [all], min-score: 0.7")]
    [InlineData("entities: [US_SSN, CREDIT_CARD]")]
    [InlineData("countries: [all], otherwise: mask")]
    [InlineData("countries: [all], otherwise: redact, actions: { DATE_OF_BIRTH: replace, URL: keep }")]
    public void A_detector_that_works_catches_all(string options)
    {
        using var exchange = Exchange.Csv($"id: {{ transform: keep }}\nnote: {{ transform: scan, {options} }}");
        var sent = exchange.Dispatch("id,note\n1,nothing here\n");
        var check = Assert.Single(sent.Report.Planted);
        Assert.Equal(("note", 0), (check.Field, check.Missed.Count));
        Assert.InRange(check.Planted, 1, PlantedValues.All.Count);
        Assert.Equal(check.Planted, check.Caught);
        Assert.Empty(sent.Report.Fields.Single(field => field.Name == "note").Entities); // They aren't counted with what was in the file.
        Assert.True(Attestation.Of(exchange.Profile, sent.Report, "t").Passed);
    }

    [Fact]
    public void The_search_of_kept_fields_gets_them_too_and_each_case_of_a_condition()
    {
        using var exchange = Exchange.Csv(
            "id: { transform: keep }\nnote: { transform: scan, entities: [US_SSN], when: [ { if: { field: id, is: x }, transform: scan, entities: [US_SSN, URL] } ] }",
            "risk: { search-kept-fields: true }\ngates: { max-leaks: 0 }");
        var planted = exchange.Dispatch("id,note\n1,nothing here\n").Report.Planted;
        Assert.Equal(["note", null], planted.Select(check => check.Field));
        Assert.Equal(3, planted[0].Planted);
        Assert.All(planted, check => Assert.Empty(check.Missed));
        Assert.InRange(planted[1].Planted, 30, PlantedValues.All.Count);
    }

    [Fact]
    public void One_that_is_let_through_holds_the_transfer_whatever_gates_there_are()
    {
        // A South African passport has the form of an American one; the profile keeps those, and with them these.
        using var exchange = Exchange.Csv("id: { transform: keep }\nnote: { transform: scan, countries: [all], actions: { US_PASSPORT: keep } }");
        var sent = exchange.Dispatch("id,note\n1,nothing here\n");
        var attestation = Attestation.Of(exchange.Profile, sent.Report, "t");
        var check = Assert.Single(attestation.Planted);
        Assert.Equal(["ZA_PASSPORT"], check.Missed);
        Assert.Equal(new GateResult("planted-values", check.Planted, check.Caught, Passed: false), Assert.Single(attestation.Gates));
        Assert.False(attestation.Passed);
        Assert.Contains(check.Missed[0], AttestationHtml.Write(attestation), StringComparison.Ordinal);
    }

    [Fact]
    public void A_profile_without_detectors_has_none()
    {
        using var exchange = Exchange.Csv("id: { transform: keep }\nnote: { transform: redact }");
        Assert.Empty(exchange.Dispatch("id,note\n1,nothing here\n").Report.Planted);
    }

    [Theory]
    [InlineData("ssn 219-09-9998 and", true)]
    [InlineData("ssn *******9998 and", false)]
    [InlineData("ssn 219-09-**** and", true)]
    [InlineData("ssn ⟦US_SSN:ABCDEF⟧ and", false)]
    public void What_half_of_is_left_is_let_through(string masked, bool isLeft) =>
        Assert.Equal(isLeft, PlantedValues.All.Single(value => value.Entity == "US_SSN").IsLeftIn(Encoding.UTF8.GetBytes(masked)));
}
