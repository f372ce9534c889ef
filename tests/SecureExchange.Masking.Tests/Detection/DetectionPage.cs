using System.Text;
using SecureExchange.Masking.Detection;
using SecureExchange.Samples.Labelled;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>What <c>docs/detection.md</c> says.</summary>
internal static class DetectionPage
{
    private const int Texts = 4000;
    private const int CleanLines = 12_000;
    private const int FormatTexts = 600;

    private const string Head =
        """
        # Detection

        What the detectors find, and what they miss. Written by a test, which fails when it finds something else than stands here.
        After a change that is meant:

            SX_UPDATE_DETECTION=1 dotnet test -c Release tests/SecureExchange.Masking.Tests --filter "FullyQualifiedName~DetectionPageTests"

        Precision: how much of what is found is right. Recall: how much of what is there is found. F2 is of both, recall counted
        twice, since what is missed leaves the house. A find is right when entity, start and end are.
        """;

    public static string Render()
    {
        var page = new StringBuilder(Head);
        page.Append("\n\n## Presidio's cases\n\nThe cases that Presidio tests its own recognisers with, each entity alone, `--country all --min-score 0`. Cases that need other\nsettings of a recogniser are left out.\n\n");
        var scores = PresidioCases.Run(out var disagreements);
        AddTable(page, scores);
        page.Append("\nWhere we differ:\n\n");
        foreach (var one in disagreements) page.Append($"- {one}\n");
        AddLabelled(page);
        AddFormats(page);
        AddClean(page);
        return page.ToString();
    }

    private static void AddTable(StringBuilder page, IReadOnlyList<Score> scores)
    {
        page.Append(Score.Header);
        foreach (var score in scores) page.Append(score.Line());
        page.Append(Score.Sum("**all**", scores).Line());
    }

    private static void AddLabelled(StringBuilder page)
    {
        page.Append($"\n## Labelled texts\n\n{Texts} letters, tickets, transcripts, records and replies with personal data planted in known places (`tests/SecureExchange.Samples/Labelled`, seed 1),\nall countries, score 0.4 and more, overlaps settled, as a profile's `scan` does. Names of persons and addresses count as found when most of them is; of\neverything else each character counts.\n\nTexts and detectors were made by the same people, so these figures show what gets worse, not how well strangers' texts are read:\nexpect less, of names and addresses above all.\n\n### By entity\n\n");
        var (byEntity, byFormat) = (new SortedDictionary<string, Score>(StringComparer.Ordinal), new SortedDictionary<string, Score>(StringComparer.Ordinal));
        var detector = new Detector(new DetectorOptions { Countries = ["all"] });
        var found = new DetectionList();
        foreach (var text in LabelledTexts.Make(seed: 1, Texts)) Compare(detector, found, text, Encoding.UTF8.GetBytes(text.Text), byEntity, byFormat);
        AddTable(page, [.. byEntity.Values]);
        page.Append("\n### By kind of text\n\n");
        AddTable(page, [.. byFormat.Values]);
    }

    /// <summary>The same texts in files of each format: what the codec hands to a field of free text is what the detector reads.</summary>
    private static void AddFormats(StringBuilder page)
    {
        page.Append($"\n## By format\n\n{FormatTexts} of these texts in a file of each format, read back by the format's own codec, and the values looked for in what it hands on. Where a format has\nno lines (fixed width, HL7, X12) they are blanks, and it has no quoted replies; X12 has no texts with its separators in them.\n\n");
        var (formats, entities) = (new List<(Score All, SortedDictionary<string, Score> ByEntity)>(), new SortedSet<string>(StringComparer.Ordinal));
        var (detector, found) = (new Detector(new DetectorOptions { Countries = ["all"] }), new DetectionList());
        foreach (var format in FormatCorpus.Formats)
        {
            var (byEntity, all) = (new SortedDictionary<string, Score>(StringComparer.Ordinal), new SortedDictionary<string, Score>(StringComparer.Ordinal));
            foreach (var (text, cell) in FormatCorpus.Read(format, LabelledTexts.Make(seed: 2, FormatTexts))) Compare(detector, found, text, cell, byEntity, all);
            formats.Add((Score.Sum(format, all.Values), byEntity));
            entities.UnionWith(byEntity.Keys);
        }

        page.Append(Score.Header);
        foreach (var (all, _) in formats) page.Append(all.Line());
        page.Append($"\nRecall by entity and format, in per cent, and precision behind a stroke where it is less than 100:\n\n| | {string.Join(" | ", formats.Select(format => format.All.Name))} |\n|{string.Concat(formats.Select(_ => " --- |"))} --- |\n");
        foreach (var entity in entities) page.Append($"| {entity} | {string.Join(" | ", formats.Select(format => format.ByEntity.TryGetValue(entity, out var score) ? score.Short : ""))} |\n");
    }

    private static void Compare(Detector detector, DetectionList found, LabelledText text, ReadOnlySpan<byte> bytes, IDictionary<string, Score> byEntity, IDictionary<string, Score> byFormat)
    {
        detector.Detect(bytes, found);
        var open = text.Labels.ToList();
        var kind = Of(byFormat, text.Format);
        foreach (var match in found.Found)
        {
            var (start, end) = (Encoding.UTF8.GetCharCount(bytes[..(int)match.Start]), Encoding.UTF8.GetCharCount(bytes[..(int)match.End]));
            var label = open.Find(l => l.Entity == match.Entity && IsSame(l, start, end));
            var score = Of(byEntity, match.Entity);
            if (label is null)
            {
                score.TooMany++;
                kind.TooMany++;
                continue;
            }

            open.Remove(label);
            score.Right++;
            kind.Right++;
        }

        foreach (var label in open)
        {
            Of(byEntity, label.Entity).Missed++;
            kind.Missed++;
        }
    }

    private static bool IsSame(Label label, int start, int end)
    {
        if (label.Entity is not ("PERSON" or "ADDRESS")) return label.Start == start && label.End == end;
        var common = Math.Min(label.End, end) - Math.Max(label.Start, start);
        return 2 * common > label.End - label.Start && 2 * common > end - start;
    }

    private static Score Of(IDictionary<string, Score> scores, string name) => scores.TryGetValue(name, out var score) ? score : scores[name] = new Score(name);

    private static void AddClean(StringBuilder page)
    {
        page.Append($"\n## Clean lines\n\n{CleanLines} lines of order numbers, times, hashes, versions and prices, without personal data. What is found all the same:\n\n| | us, gb | all countries |\n| --- | --- | --- |\n");
        var few = Clean(new DetectorOptions());
        var all = Clean(new DetectorOptions { Countries = ["all"] });
        foreach (var entity in all.Keys.Union(few.Keys).Order(StringComparer.Ordinal)) page.Append($"| {entity} | {few.GetValueOrDefault(entity)} | {all.GetValueOrDefault(entity)} |\n");
        page.Append($"| **all** | {few.Values.Sum()} | {all.Values.Sum()} |\n");
    }

    private static Dictionary<string, int> Clean(DetectorOptions options)
    {
        var (detector, found, counts) = (new Detector(options), new DetectionList(), new Dictionary<string, int>());
        foreach (var line in LabelledTexts.MakeClean(seed: 1, CleanLines))
        {
            detector.Detect(Encoding.UTF8.GetBytes(line), found);
            foreach (var match in found.Found) counts[match.Entity] = counts.GetValueOrDefault(match.Entity) + 1;
        }

        return counts;
    }
}
