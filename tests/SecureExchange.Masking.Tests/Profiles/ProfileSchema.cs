using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SecureExchange.Masking.Detection;
using SecureExchange.Masking.Lists;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Tests.Profiles;

/// <summary>Makes <c>profiles/profile.schema.json</c>: what an editor can know of a profile. Draft 7, which editors of YAML read.</summary>
/// <remarks>Which keys go together, and whether names fit each other, is for <c>sx profile check</c>.</remarks>
internal static partial class ProfileSchema
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For each transform its options.</summary>
    public static IReadOnlyDictionary<string, (string Key, Func<JsonObject> Value)[]> Transforms { get; } = new Dictionary<string, (string, Func<JsonObject>)[]>
    {
        ["keep"] = [],
        ["redact"] = [],
        ["drop"] = [],
        ["vault-token"] = [],
        ["replace"] = [("with", Scalar), ("with-type", Flag), ("dictionary", () => MapOf(Scalar())), ("otherwise", Scalar)],
        ["mask"] =
        [
            ("keep-first", () => Whole(0, 64)), ("keep-last", () => Whole(0, 64)), ("hide-first", () => Whole(0, 64)), ("hide-last", () => Whole(0, 64)),
            ("hide-at-least", () => Whole(1, 64)), ("with", Scalar), ("ignore", Scalar),
        ],
        ["tokenise"] = [("context", () => Words("field", "subject")), ("subject", Scalar)],
        ["fpe"] =
        [
            ("alphabet", Scalar), ("separators", Scalar), ("check", () => Words("luhn", "iban", "npi")), ("keep-first", () => Whole(0, 32)), ("keep-last", () => Whole(0, 32)),
            ("tweak", () => Words("field", "subject")), ("subject", Scalar),
        ],
        ["pseudonym"] =
        [
            ("kind", () => Words("person", "given-name", "family-name", "email", "phone", "street", "city")), ("locale", () => Words([.. NameLists.Locales])), ("reversible", Flag),
        ],
        ["hash"] = [("algorithm", () => Words("hmac-sha-256", "aes-cmac")), ("encoding", () => Words("hex", "HEX", "base64url", "base32")), ("bytes", () => Whole(16, 32))],
        ["shift-date"] = [("max-days", () => Whole(1, 3650)), ("subject", Scalar), ("date-format", Scalar)],
        ["date-part"] = [("part", () => Words("year", "year-month", "quarter", "month", "weekday")), ("date-format", Scalar)],
        ["age"] = [("on", Scalar), ("cap", () => Whole(1, 200)), ("date-format", Scalar)],
        ["bucket"] = [("size", Number), ("edges", () => ListOf(Number())), ("labels", () => ListOf(Scalar()))],
        ["round"] = [("to", Number)],
        ["noise"] = [("within", Scalar), ("subject", Scalar)],
        ["truncate"] =
        [
            ("what", () => Words("text", "postcode", "ip", "coordinates")), ("keep", () => Whole(1, 64)), ("small-areas", () => Words("us")), ("ipv4-bits", () => Whole(0, 31)),
            ("ipv6-bits", () => Whole(0, 127)), ("decimals", () => Whole(0, 5)),
        ],
        ["generalise"] = [("hierarchy", () => new JsonObject { ["type"] = "object" }), ("level", () => Whole(1, 5)), ("otherwise", Scalar)],
        ["scan"] =
        [
            ("entities", () => OneOrMore("entity")), ("countries", () => OneOrMore("country")), ("min-score", Number),
            ("actions", () => MapOf(Ref("action"))), ("otherwise", () => Ref("action")),
            ("brackets", () => Words("unicode", "square")),
        ],
    };

    /// <summary>The schema's text.</summary>
    public static string Write()
    {
        var definitions = new JsonObject
        {
            ["value"] = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") },
            ["entity"] = Words([.. Detector.AllEntities.Order(StringComparer.Ordinal)]),
            ["country"] = Words([.. Detector.AllCountries.Order(StringComparer.Ordinal), "all"]),
            ["action"] = Words("token", "redact", "replace", "mask", "keep"),
            ["cases"] = new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = Ref("case") },
            ["audiences"] = new JsonObject { ["type"] = "object", ["propertyNames"] = Audience(), ["additionalProperties"] = Ref("variant") },
            ["type"] = Words(FieldType.Names.Split(", ")),
            ["condition"] = Condition(),
            ["attachment"] = Attachment(),
            ["conditions"] = new JsonObject { ["type"] = "array", ["minItems"] = 2, ["maxItems"] = 64, ["items"] = Ref("condition") },
            ["field"] = Rule(
                ("type", Ref("type")), ("scope", Words("agreement", "client")), ("optional", Flag()), ("link", Scalar()),
                ("audiences", Ref("audiences")), ("when", Ref("cases"))),
            ["variant"] = Rule(("when", Ref("cases"))),
            ["case"] = Rule(("if", Ref("condition"))),
        };
        foreach (var branch in definitions["case"]!["oneOf"]!.AsArray()) branch!["required"]!.AsArray().Add("if");
        var schema = new JsonObject
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "SecureExchange masking profile",
            ["description"] = "docs/formats/profile.md says what each key does; sx profile check finds what a schema can't.",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["required"] = new JsonArray("profile", "version", "format", "fields"),
            ["properties"] = Top(),
            ["definitions"] = definitions,
        };
        return OnOneLine().Replace(schema.ToJsonString(s_indented), leaf => Blanks().Replace(leaf.Value, " ")) + "\n";
    }

    /// <summary>A list or object with nothing in it but values.</summary>
    [GeneratedRegex("""\{[^\[\]{}]*\}|\[[^\[\]{}]*\]""")]
    private static partial Regex OnOneLine();

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();

    private static JsonObject Top() => Properties(
        ("profile", new JsonObject { ["type"] = "string", ["pattern"] = "^[A-Za-z0-9._-]{1,64}$" }),
        ("version", Whole(1, int.MaxValue)),
        ("format", Words([.. RecordFormatNames.All.ToArray().Select(known => known.Name)])),
        ("container", Words("none", "gzip", "zip")),
        ("entries", ListOf(Scalar())),
        ("encoding", Words("utf-8", "detect", "utf-16", "utf-16le", "utf-16be", "windows-1252", "latin-1", "shift-jis")),
        ("delimiter", Scalar()),
        ("header", Words("present", "none")),
        ("quotes", Words("rfc4180", "none")),
        ("records", Scalar()),
        ("namespaces", MapOf(Scalar())),
        ("comments", Words("drop", "refuse", "keep")),
        ("layout", MapOf(new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = Properties(
                ("picture", Scalar()), ("length", Whole(1, 65536)), ("start", Whole(1, 65536)), ("justify", Words("left", "right")), ("pad", Words("blank", "zero"))),
        })),
        ("record-length", Whole(1, 65536)),
        ("nested", Whole(0, 3)),
        ("line-ends", Words("present", "none")),
        ("sheets", ListOf(Scalar())),
        ("extras", Words("drop", "refuse")),
        ("formulas", Words("values", "refuse")),
        ("unlisted", Words("refuse", "drop")),
        ("on-failure", Words("refuse", "redact")),
        ("scope", Words("agreement", "client")),
        ("subject-key", Scalar()),
        ("row-key", Scalar()),
        ("returns", Section(("missing-rows", Words("refuse", "allow")))),
        ("suppress", new JsonObject
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["items"] = Section(("if", Ref("condition")), ("audiences", ListOf(Audience()))),
        }),
        ("risk", Section(
            ("quasi-identifiers", ListOf(Scalar())), ("sensitive", ListOf(Scalar())), ("search-kept-fields", Flag()),
            ("search-entities", OneOrMore("entity")), ("search-countries", OneOrMore("country")), ("search-min-score", Number()))),
        ("gates", Section(("min-k", Whole(2, 1_000_000)), ("min-l", Whole(2, 16)), ("max-leaks", Whole(0, int.MaxValue)))),
        ("trace", Section(("canary-every", Whole(2, 1_000_000)), ("watermark", ListOf(Scalar())))),
        ("fields", new JsonObject { ["type"] = "object", ["minProperties"] = 1, ["maxProperties"] = 4096, ["additionalProperties"] = Ref("field") }),
        ("patterns", new JsonObject { ["type"] = "object", ["minProperties"] = 1, ["additionalProperties"] = Ref("field") }),
        ("attachments", new JsonObject { ["type"] = "object", ["minProperties"] = 1, ["maxProperties"] = 64, ["additionalProperties"] = Ref("attachment") }));

    /// <summary>Files attached to a message: what a profile has of its own files, but for what is about whole transfers.</summary>
    private static JsonObject Attachment()
    {
        var properties = Properties(("files", ListOf(Scalar())), ("media", ListOf(Scalar())));
        foreach (var (key, value) in Top())
        {
            if (key is not ("profile" or "version" or "row-key" or "returns" or "risk" or "gates" or "trace" or "attachments")) properties[key] = value!.DeepClone();
        }

        return new JsonObject { ["type"] = "object", ["additionalProperties"] = false, ["required"] = new JsonArray("format"), ["properties"] = properties };
    }

    /// <summary>A rule: which keys it may have hangs on its transform.</summary>
    private static JsonObject Rule(params (string Key, JsonObject Value)[] others)
    {
        var branches = new JsonArray();
        foreach (var (name, options) in Transforms)
        {
            var properties = new JsonObject { ["transform"] = new JsonObject { ["const"] = name }, ["on-failure"] = Words("refuse", "redact") };
            foreach (var (key, value) in options) properties[key] = value();
            foreach (var (key, value) in others) properties[key] = value.DeepClone();
            branches.Add(new JsonObject { ["additionalProperties"] = false, ["required"] = new JsonArray("transform"), ["properties"] = properties });
        }

        return new JsonObject { ["type"] = "object", ["required"] = new JsonArray("transform"), ["oneOf"] = branches };
    }

    private static JsonObject Condition()
    {
        var test = new JsonObject { ["additionalProperties"] = false, ["required"] = new JsonArray("field"), ["minProperties"] = 2 };
        test["properties"] = Properties(
            ("field", Scalar()), ("is", new JsonObject { ["anyOf"] = new JsonArray(Scalar(), ListOf(Scalar())) }), ("starts-with", Scalar()), ("ends-with", Scalar()),
            ("contains", Scalar()), ("less-than", Scalar()), ("at-most", Scalar()), ("more-than", Scalar()), ("at-least", Scalar()), ("empty", Flag()), ("date-format", Scalar()));
        var combined = new JsonObject { ["additionalProperties"] = false, ["minProperties"] = 1, ["maxProperties"] = 1 };
        combined["properties"] = Properties(("and", Ref("conditions")), ("or", Ref("conditions")), ("not", Ref("condition")));
        return new JsonObject { ["type"] = "object", ["oneOf"] = new JsonArray(test, combined) };
    }

    private static JsonObject Audience() => new() { ["type"] = "string", ["pattern"] = $"^({string.Join('|', Masking.Profiles.Audience.Roles.Select(role => role.Replace(".", "\\.", StringComparison.Ordinal)))})?(@({string.Join('|', Masking.Profiles.Audience.Locations)}))?$", ["minLength"] = 1 };

    private static JsonObject Section(params (string, JsonObject)[] properties) => new() { ["type"] = "object", ["additionalProperties"] = false, ["properties"] = Properties(properties) };

    private static JsonObject Properties(params (string Key, JsonObject Value)[] properties)
    {
        var result = new JsonObject();
        foreach (var (key, value) in properties) result[key] = value;
        return result;
    }

    private static JsonObject Ref(string name) => new() { ["$ref"] = "#/definitions/" + name };

    private static JsonObject Words(params string[] words) => new() { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word)]) };

    /// <summary>A single value: YAML takes what looks like a number for one, and the parser takes it by its spelling.</summary>
    private static JsonObject Scalar() => Ref("value");

    private static JsonObject Number() => new() { ["type"] = "number" };

    private static JsonObject Flag() => new() { ["type"] = "boolean" };

    private static JsonObject Whole(int least, int most) => new() { ["type"] = "integer", ["minimum"] = least, ["maximum"] = most };

    private static JsonObject ListOf(JsonObject item) => new() { ["type"] = "array", ["minItems"] = 1, ["items"] = item };

    private static JsonObject MapOf(JsonObject value) => new() { ["type"] = "object", ["additionalProperties"] = value };

    private static JsonObject OneOrMore(string definition) => new() { ["anyOf"] = new JsonArray(Ref(definition), ListOf(Ref(definition))) };
}
