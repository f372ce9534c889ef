using System.Text;
using System.Text.Json;
using SecureExchange.Masking.Detection;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>The test cases of Presidio's own recognisers, each run alone with its entity, everything switched on.</summary>
internal static class PresidioCases
{
    private const string File = "pii/presidio_cases_open.jsonl";

    /// <summary>Why we differ, by the case's id: who is right.</summary>
    private static readonly Dictionary<string, string> s_reasons = new()
    {
        ["'https://presidio.dataprivacystack.org/'"] = "we: the quotes around a URL aren't a part of it, and a masked text needs them where they are",
    };

    /// <summary>All entities that its pattern recognisers have.</summary>
    public static IReadOnlyList<string> Entities()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in System.IO.File.ReadLines(Vectors.Path(File)))
        {
            using var document = JsonDocument.Parse(line);
            names.Add(document.RootElement.GetProperty("entity").GetString()!);
        }

        return [.. names];
    }

    public static IReadOnlyList<Score> Run(out IReadOnlyList<string> disagreements)
    {
        var (scores, differences) = (new SortedDictionary<string, Score>(StringComparer.Ordinal), new List<string>());
        var found = new DetectionList();
        foreach (var line in System.IO.File.ReadLines(Vectors.Path(File)))
        {
            using var document = JsonDocument.Parse(line);
            var one = document.RootElement;
            // Cases of `validate` call a method of Presidio; the others that are left out need settings that aren't its defaults.
            if (one.GetProperty("kind").GetString() != "detect" || !one.GetProperty("default_config").GetBoolean()) continue;
            var (entity, text) = (one.GetProperty("entity").GetString()!, one.GetProperty("text").GetString()!);
            if (!scores.TryGetValue(entity, out var score)) scores.Add(entity, score = new Score(entity));
            var detector = score.Detector ??= new Detector(new DetectorOptions { Entities = [entity], Countries = ["all"], MinScore = 0, SettleOverlaps = false });
            var bytes = Encoding.UTF8.GetBytes(text);
            detector.Detect(bytes, found);
            var ours = new List<(int Start, int End)>();
            foreach (var match in found.Found) ours.Add((Characters(bytes, match.Start), Characters(bytes, match.End)));
            if (score.Count(ours, Expected(one), one.GetProperty("expected_len").GetInt32())) continue;
            differences.Add($"{entity} `{text}`: Presidio {Spans(Expected(one) ?? [])}, we {Spans(ours)}. Right: {s_reasons.GetValueOrDefault(text, "not looked at")}");
        }

        disagreements = differences;
        return [.. scores.Values];
    }

    private static List<(int Start, int End)>? Expected(JsonElement one) => one.GetProperty("expected") is { ValueKind: JsonValueKind.Array } spans
        ? [.. spans.EnumerateArray().Select(span => (span.GetProperty("start").GetInt32(), span.GetProperty("end").GetInt32()))]
        : null;

    private static int Characters(byte[] text, long bytes) => Encoding.UTF8.GetCharCount(text, 0, (int)bytes);

    private static string Spans(List<(int Start, int End)> spans) => spans.Count == 0 ? "nothing" : string.Join(", ", spans.Select(s => $"{s.Start}–{s.End}"));
}
