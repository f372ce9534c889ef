using System.Buffers;
using System.Text;
using System.Text.Json;
using Json.Schema;
using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Risk;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Attestations;

public sealed class AttestationTests
{
    private static readonly Attestation s_full = new()
    {
        Transfer = "t1",
        Profile = "claims",
        ProfileVersion = 3,
        ProfileDigest = "sha256:" + new string('0', 64),
        Audience = "vendor.agent@offshore",
        Engine = "1.0.0",
        Records = 7,
        Fields = [new AttestedField("name", "tokenise", 7, 0, []), new AttestedField("notes", "scan", 5, 1, [new EntityCount("PERSON", 4)])],
        Leaks = [new Leak("status", "EMAIL_ADDRESS", 2, 3)],
        Planted = [new PlantedCheck("notes", 60, []), new PlantedCheck(null, 58, ["US_SSN", "VIN"])],
        Format = [new FormatRemark("xlsx.macros", 1)],
        Risk = new RiskReport(
            7,
            new AnonymityReport(
                ["zip"], 2, 3, [new SizeBucket(1, 1, 0, 0), new SizeBucket(2, 4, 3, 7), new SizeBucket(5, null, 0, 0)], 0.5, 3.0 / 7,
                [new FieldDiversity("diagnosis", 2)], new SamplingError(2, 3, 1.15, 1)),
            [new ColumnUniqueness("status", 7, 2, 1, null)]),
        Gates = [new GateResult("min-k", 5, 2, Passed: false), new GateResult("max-leaks", 0, 2, Passed: false)],
    };

    private static readonly Attestation s_bare = s_full with { Leaks = [], Planted = [], Format = [], Risk = null, Gates = [] };

    private static readonly JsonSchema s_schema = JsonSchema.FromFile(Path.Combine(Checkout.Root, "docs", "formats", "attestation.schema.json"));

    [Fact]
    public void Records_that_were_left_out_are_counted_and_read_back()
    {
        var json = Json(s_bare with { Suppressed = 3 });
        Assert.Contains("\"suppressed\": 3", json, StringComparison.Ordinal);
        Assert.Equal(3, AttestationJson.Read(Encoding.UTF8.GetBytes(json)).Suppressed);
        using var document = JsonDocument.Parse(json);
        Assert.True(s_schema.Evaluate(document.RootElement).IsValid);
        Assert.Contains("3 records were left out", AttestationHtml.Write(s_bare with { Suppressed = 3 }), StringComparison.Ordinal);
    }

    public static TheoryData<bool> Both => [true, false];

    [Theory]
    [MemberData(nameof(Both))]
    public void It_is_as_its_schema_says(bool full)
    {
        using var json = JsonDocument.Parse(Json(full ? s_full : s_bare));
        var result = s_schema.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        Assert.True(result.IsValid, string.Join('\n', (result.Details ?? []).SelectMany(d => d.Errors ?? new Dictionary<string, string>()).Select(e => $"{e.Key}: {e.Value}")));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public void What_was_written_reads_back_and_writes_the_same(bool full)
    {
        var json = Json(full ? s_full : s_bare);
        Assert.Equal(json, Json(AttestationJson.Read(Encoding.UTF8.GetBytes(json))));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"v\":2}")]
    [InlineData("nothing")]
    public void What_is_no_attestation_is_not_read_as_one(string json) =>
        Assert.ThrowsAny<JsonException>(() => AttestationJson.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void One_gate_that_does_not_pass_holds_the_transfer()
    {
        Assert.False(s_full.Passed);
        Assert.True((s_full with { Gates = [new GateResult("min-k", 5, 5, Passed: true)] }).Passed);
        Assert.True(s_bare.Passed);
    }

    /// <summary>Its digest stands in logs, so its bytes never change.</summary>
    [Fact]
    public void It_is_these_bytes() => Assert.Equal(
        $$"""
        {
          "v": 1,
          "transfer": "t1",
          "profile": {
            "name": "claims",
            "version": 3,
            "digest": "sha256:{{new string('0', 64)}}"
          },
          "audience": "vendor.agent@offshore",
          "engine": "1.0.0",
          "records": 7,
          "fields": [
            {
              "field": "notes",
              "transform": "scan",
              "masked": 5,
              "failed": 1,
              "entities": {
                "PERSON": 4
              }
            }
          ],
          "leaks": [],
          "format": [],
          "gates": [],
          "passed": true
        }
        """,
        Json(s_bare with { Fields = [s_bare.Fields[1]] }));

    [Theory]
    [MemberData(nameof(Both))]
    public void The_page_says_what_the_attestation_says_and_loads_nothing(bool full)
    {
        var page = AttestationHtml.Write(full ? s_full : s_bare);
        Assert.Equal(full, page.Contains("held for approval", StringComparison.Ordinal));
        Assert.Equal(full, page.Contains("EMAIL_ADDRESS", StringComparison.Ordinal));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_name_that_is_markup_is_shown_and_not_run()
    {
        var page = AttestationHtml.Write(s_full with { Transfer = "<img src=x onerror=alert(1)>", Leaks = [new Leak("<b>", "\"&", 1, 1)] });
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", page, StringComparison.Ordinal);
    }

    private static string Json(Attestation attestation)
    {
        var output = new ArrayBufferWriter<byte>();
        AttestationJson.Write(attestation, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
