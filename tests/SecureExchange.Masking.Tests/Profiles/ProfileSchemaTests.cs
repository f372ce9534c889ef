using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using SecureExchange.Masking.Profiles;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Profiles;

public class ProfileSchemaTests
{
    private const string Update = "SX_UPDATE_SCHEMA";
    private const string Top = "profile: p\nversion: 1\nformat: csv\nfields:\n  k: { transform: keep }\n";
    private static readonly Lazy<JsonSchema> s_schema = new(() => JsonSchema.FromFile(s_path!));
    private static readonly string s_path = Path.Combine(Checkout.Root, "profiles", "profile.schema.json");

    public static TheoryData<string> Profiles => [.. Directory.GetFiles(Path.Combine(Checkout.Root, "profiles"), "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>For each transform the options that make the parser ask for every key that it knows.</summary>
    public static TheoryData<string, string[]> Transforms => new()
    {
        { "keep", [""] }, { "redact", [""] }, { "drop", [""] }, { "vault-token", [""] },
        { "replace", [", with: x", ", with-type: true, type: email", ", dictionary: { a: b }"] },
        { "mask", [""] }, { "tokenise", ["", ", context: subject, subject: k"] }, { "fpe", [", alphabet: digits", ", alphabet: digits, tweak: subject, subject: k"] },
        { "pseudonym", [", kind: person, locale: us"] }, { "hash", [""] }, { "shift-date", [", max-days: 3, subject: k"] },
        { "date-part", [", part: year"] }, { "age", [", on: 2026-01-01"] }, { "bucket", [", size: 3", ", edges: [1]"] }, { "round", [", to: 3"] }, { "noise", [", within: 3"] },
        { "truncate", [", keep: 3", ", what: postcode, keep: 3", ", what: ip", ", what: coordinates"] }, { "generalise", [", hierarchy: { a: [b] }"] }, { "scan", [""] },
    };

    [Fact]
    public void The_file_is_what_is_made_here()
    {
        if (Environment.GetEnvironmentVariable(Update) is not null) File.WriteAllText(s_path, ProfileSchema.Write());
        Assert.Equal(ProfileSchema.Write(), File.ReadAllText(s_path));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Every_profile_that_comes_along_is_as_the_schema_says(string name)
    {
        var yaml = File.ReadAllBytes(Path.Combine(Checkout.Root, "profiles", name + ".yaml"));
        Assert.Null(Fault(yaml));
        MaskingProfile.Parse(yaml);
    }

    /// <summary>The parser names the keys that it knows when it meets one that it doesn't.</summary>
    [Theory]
    [InlineData("zz: 1\n", "properties")]
    [InlineData("returns: { zz: 1 }\n", "properties/returns/properties")]
    [InlineData("risk: { quasi-identifiers: [k], search-kept-fields: true, zz: 1 }\n", "properties/risk/properties")]
    [InlineData("gates: { zz: 1 }\n", "properties/gates/properties")]
    [InlineData("trace: { zz: 1 }\n", "properties/trace/properties")]
    [InlineData("suppress: [ { if: { field: k, is: x }, zz: 1 } ]\n", "properties/suppress/items/properties")]
    [InlineData("suppress: [ { if: { field: k, at-least: 2026-01-01, zz: 1 } } ]\n", "definitions/condition/oneOf/0/properties")]
    [InlineData("suppress: [ { if: { not: { field: k, is: x }, zz: 1 } } ]\n", "definitions/condition/oneOf/1/properties", "field")]
    [InlineData("layout: { a: { length: 3, zz: 1 } }\n", "properties/layout/additionalProperties/properties")]
    [InlineData("attachments: { a: { files: [b], format: csv, zz: 1, fields: { k: { transform: keep } } } }\n", "definitions/attachment/properties", "attachments")]
    public void Each_section_has_the_keys_that_the_parser_knows(string section, string place, string? besides = null)
    {
        var format = section.StartsWith("layout", StringComparison.Ordinal) ? "fixed-width" : section.StartsWith("attachments", StringComparison.Ordinal) ? "eml" : "csv";
        var known = Known(Top.Replace("csv", format, StringComparison.Ordinal) + section).Where(key => key != besides);
        Assert.Equal(known.Order(StringComparer.Ordinal), Keys(place).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void Each_transform_has_the_keys_that_the_parser_knows(string transform, string[] variants)
    {
        var at = ProfileSchema.Transforms.Keys.ToList().IndexOf(transform);
        foreach (var (place, around) in new[] { ("field", "  a: { transform: {0}, zz: 1 }\n"), ("variant", "  a: { transform: keep, audiences: { '@offshore': { transform: {0}, zz: 1 } } }\n"), ("case", "  a: { transform: keep, when: [ { if: { field: k, is: x }, transform: {0}, zz: 1 } ] }\n") })
        {
            var known = variants.Where(variant => place == "field" || !variant.Contains("type", StringComparison.Ordinal))
                .SelectMany(variant => Known(Top + around.Replace("{0}", transform + variant, StringComparison.Ordinal))).Distinct().ToList();
            if (place != "field" && transform == "replace") known.Add("with-type");
            Assert.Equal(known.Distinct().Order(StringComparer.Ordinal), Keys($"definitions/{place}/oneOf/{at}/properties").Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Every_transform_and_type_is_in_it()
    {
        var e = Assert.Throws<ProfileException>(() => MaskingProfile.Parse(Encoding.UTF8.GetBytes(Top + "  a: { transform: zz }\n")));
        Assert.Equal(e.Message.Split("there are ")[1].Split(", ").Order(StringComparer.Ordinal), ProfileSchema.Transforms.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("zz: 1\n")]
    [InlineData("unlisted: keep\n")]
    [InlineData("  a: { transform: redcat }\n")]
    [InlineData("  a: { type: email }\n")]
    [InlineData("  a: { transform: hash, keep-last: 4 }\n")]
    [InlineData("  a: { transform: mask, keep-last: 65 }\n")]
    [InlineData("  a: { transform: keep, audiences: { '@moon': { transform: keep } } }\n")]
    [InlineData("  a: { transform: keep, when: [ { transform: redact } ] }\n")]
    [InlineData("suppress: [ { if: { and: [ { field: k, is: x } ] } } ]\n")]
    public void What_the_parser_refuses_for_its_form_the_schema_refuses_too(string mistake)
    {
        var yaml = Encoding.UTF8.GetBytes(Top + mistake);
        Assert.Throws<ProfileException>(() => MaskingProfile.Parse(yaml));
        Assert.NotNull(Fault(yaml));
    }

    private static string[] Known(string yaml)
    {
        var e = Assert.Throws<ProfileException>(() => MaskingProfile.Parse(Encoding.UTF8.GetBytes(yaml)));
        Assert.True(e.Error == ProfileError.UnknownKey, e.Message);
        return e.Message.Split("it has ")[1].Split(", ");
    }

    private static IEnumerable<string> Keys(string place)
    {
        var node = JsonNode.Parse(File.ReadAllText(s_path))!;
        foreach (var part in place.Split('/')) node = int.TryParse(part, CultureInfo.InvariantCulture, out var index) ? node[index]! : node[part]!;
        return node.AsObject().Select(property => property.Key);
    }

    private static string? Fault(byte[] yaml)
    {
        using var json = JsonDocument.Parse(ToJson(YamlNode.Parse(yaml)).ToJsonString());
        var result = s_schema.Value.Evaluate(json.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return result.IsValid ? null : string.Join('\n', (result.Details ?? []).SelectMany(d => (d.Errors ?? new Dictionary<string, string>()).Select(e => $"{d.InstanceLocation} {e.Key}: {e.Value}")).Append("not valid"));
    }

    private static JsonNode ToJson(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, (JsonNode?)ToJson(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(ToJson)]),
        YamlScalar { Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalar scalar when decimal.TryParse(scalar.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalar scalar => scalar.Value,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
