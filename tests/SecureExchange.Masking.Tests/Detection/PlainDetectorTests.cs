using System.Text;
using SecureExchange.Masking.Detection;
using SecureExchange.Masking.Detection.Text;
using SecureExchange.Samples.Labelled;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>What is passed over quickly has nothing in it: the plain way finds no more and no less.</summary>
public sealed class PlainDetectorTests
{
    public static TheoryData<int, bool> Settings => new() { { 40, true }, { 0, true }, { 40, false }, { 0, false }, { 75, true } };

    [Theory]
    [MemberData(nameof(Settings))]
    public void The_fast_way_finds_what_the_plain_one_does(int minScore, bool settle)
    {
        foreach (var countries in (string[][])[["us", "gb"], ["all"]])
        {
            var options = new DetectorOptions { Countries = countries, MinScore = minScore, SettleOverlaps = settle };
            var (plain, fast, found) = (new PlainDetector(options), new Detector(options), new DetectionList());
            foreach (var text in Texts())
            {
                var folded = Fold(text);
                fast.Detect(folded, found);
                string[] ours = [.. found.Found.ToArray().OrderBy(f => f.Start).ThenByDescending(f => f.Score).ThenByDescending(f => f.Length).Select(f => $"{f.Entity} {f.Start}-{f.End} {f.Score}")];
                Assert.Equal($"{text}\n{string.Join('\n', plain.Detect(folded))}", $"{text}\n{string.Join('\n', ours)}");
            }
        }
    }

    /// <summary>Some texts as they are, and some with bytes exchanged, so that numbers and words stand where none has put them.</summary>
    private static IEnumerable<string> Texts()
    {
        ulong state = 7;
        foreach (var text in LabelledTexts.Make(11, 120).Select(t => t.Text).Concat(LabelledTexts.MakeClean(11, 60)))
        {
            yield return text;
            var changed = text.ToCharArray();
            for (var n = 0; n < 3 && changed.Length > 0; n++)
            {
                state = (state * 6364136223846793005) + 1442695040888963407;
                changed[(int)(state >> 33) % changed.Length] = " -.,:@/1A\n"[(int)((state >> 25) % 10)];
            }

            yield return new string(changed);
        }
    }

    /// <summary>The same text without what is folded away, so that places in it are places in what is scanned.</summary>
    private static byte[] Fold(string text)
    {
        var (view, folded, before) = (new TextView(), Encoding.UTF8.GetBytes(text), Array.Empty<byte>());
        while (!folded.AsSpan().SequenceEqual(before))
        {
            before = folded;
            view.Load(before);
            folded = view.Bytes.ToArray();
        }

        return folded;
    }
}
