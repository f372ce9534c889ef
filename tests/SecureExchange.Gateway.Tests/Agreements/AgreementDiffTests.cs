using SecureExchange.Access;
using SecureExchange.Cli.Agreements;
using SecureExchange.Gateway.Agreements;

namespace SecureExchange.Gateway.Tests.Agreements;

/// <summary>What somebody reads who is about to sign.</summary>
public class AgreementDiffTests
{
    [Fact]
    public void Who_gains_and_loses_sight_of_which_field_is_said_the_gateway_included()
    {
        var before = Version(1, Document("ssn: { transform: redact }", "notes: { transform: keep }", "custody: none\nreseal: unfetched"));
        var after = Version(2, Document("ssn: { transform: tokenise }", "notes: { transform: redact }", "custody: [masked-records, originals]\nreseal: [results]"));

        Assert.Equal(
            [
                "version 2 against version 1",
                "vendor.agent@offshore gains sight of ssn: redact -> tokenise",
                "vendor.agent@offshore loses sight of notes: keep -> redact",
                "the gateway itself gains sight of masked records (custody)",
                "the gateway itself gains sight of the values that don't turn back, as the client sent them (custody)",
                "the gateway itself gains sight of results with real values, until the client has fetched them (reseal)",
                "the gateway itself loses sight of masked files, until the vendor has fetched them (reseal)",
                "term custody: none -> masked-records, originals",
                "term reseal: unfetched -> results",
            ],
            AgreementDiff.Between(before, after));
    }

    [Fact]
    public void Of_a_first_version_all_is_new_and_a_move_of_the_vendor_is_told_by_what_it_sees_there()
    {
        const string Ssn = "ssn: { transform: redact, audiences: { '@onshore': { transform: keep } } }";
        var first = Version(1, Document(Ssn, "notes: { transform: keep }", "custody: none"));
        var second = Version(2, Document(Ssn, "notes: { transform: keep }", "custody: none", "onshore"));

        Assert.Contains("version 1 is the first: all of it is new", AgreementDiff.Between(null, first));
        Assert.Contains("vendor.agent@offshore gains sight of notes: not passed on -> keep", AgreementDiff.Between(null, first));
        var moved = AgreementDiff.Between(first, second).ToList();
        Assert.Contains("vendor.agent@onshore gains sight of ssn: redact -> keep", moved);
        Assert.Contains("term vendor.location: offshore -> onshore", moved);
    }

    private static VersionText Version(int number, string document)
    {
        Assert.True(AgreementId.TryParse("client.a", out var id));
        return VersionText.Read(AgreementText.Canonical(id, number, number == 1 ? null : "sha256:0", document), id.Value, number);
    }

    private static string Document(string ssn, string notes, string terms, string location = "offshore") => $$"""
        agreement: a
        vendor: { location: {{location}} }
        {{terms}}
        profile: |
          profile: test
          version: 1
          format: csv
          fields:
            {{ssn}}
            {{notes}}
        """;
}
