using System.Text;
using SecureExchange.Masking.Detection;
using SecureExchange.Samples.Labelled;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>However a text comes, what is found is the same, and no text takes for ever.</summary>
public sealed class CutTests
{
    [Fact]
    public void What_is_found_doesnt_depend_on_how_a_text_is_cut()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(LabelledTexts.Make(7, 4000).Select(t => t.Text + "\n")));
        Assert.True(text.Length > 2 * Detector.Window);
        var whole = Detect(text);
        foreach (var piece in (int[])[1, 4093, Detector.Window - 1, Detector.Window, text.Length]) Assert.Equal(whole, InPieces(text, piece));
    }

    [Fact]
    public void What_lies_across_a_window_is_found()
    {
        const string Find = "mail ana.lima@example.com ";
        for (var offset = 0; offset < 40; offset += 3)
        {
            var before = new string(' ', Detector.Window - Detector.LookAhead - offset);
            var text = Encoding.UTF8.GetBytes($"{before}{Find}{new string('.', Detector.Window)} {Find}");
            Assert.Equal(2, Detect(text).Count);
        }
    }

    [Fact]
    public void A_text_in_windows_and_its_lines_have_the_same_finds()
    {
        var lines = LabelledTexts.Make(9, 3000).Select(t => Encoding.UTF8.GetBytes(t.Text.Replace('\n', ' ') + new string('\n', 200))).ToList();
        var (found, single) = (new DetectionList(), new List<Masking.Detection.Detection>());
        long at = 0;
        foreach (var line in lines)
        {
            Finds.All.Detect(line, found);
            foreach (var one in found.Found) single.Add(one with { Start = at + one.Start });
            at += line.Length;
        }

        Assert.Equal(single, Detect([.. lines.SelectMany(line => line)]));
    }

    [Theory]
    [InlineData("1 ")]
    [InlineData("4111-")]
    [InlineData("a.b")]
    [InlineData("@a.com")]
    [InlineData("eyJ-")]
    [InlineData("::1:")]
    [InlineData("John ")]
    [InlineData("one two ")]
    [InlineData("x.com/")]
    [InlineData("12 High St, ")]
    [InlineData("-----BEGIN PRIVATE KEY-----")]
    [InlineData("password: ")]
    [InlineData("а")]
    [InlineData("\u200b")]
    [InlineData("A1B2C3D4")]
    [InlineData("⟦A:")]
    public void A_line_of_64_KiB_made_to_be_slow_is_done_all_the_same(string unit)
    {
        var line = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(unit, 65536 / unit.Length)));
        Assert.NotNull(Detect(line));
        Assert.NotNull(Detect([.. line, 0xff, 0xc3, .. line]));
    }

    [Fact]
    public void Any_bytes_are_taken()
    {
        var detector = new Detector(new DetectorOptions { Countries = ["all"], MinScore = 0, SettleOverlaps = false });
        var found = new DetectionList();
        var seeds = LabelledTexts.Make(3, 200).Select(t => Encoding.UTF8.GetBytes(t.Text)).ToList();
        ulong state = 1;
        for (var i = 0; i < 3000; i++)
        {
            var text = seeds[i % seeds.Count].ToArray();
            for (var n = 0; n < 1 + (i % 12); n++)
            {
                state = (state * 6364136223846793005) + 1442695040888963407;
                text[(int)(state >> 33) % text.Length] = (byte)(state >> 25);
            }

            detector.Detect(text, found);
            foreach (var one in found.Found) Assert.InRange(one.End, one.Start + 1, text.Length);
        }
    }

    private static List<Masking.Detection.Detection> Detect(byte[] text)
    {
        var found = new DetectionList();
        Finds.All.Detect(text, found);
        return [.. found.Found];
    }

    private static List<Masking.Detection.Detection> InPieces(byte[] text, int size)
    {
        using var detector = new TextDetector(Finds.All);
        var all = new List<Masking.Detection.Detection>();
        for (var at = 0; at < text.Length; at += size) detector.Write(text.AsSpan(at, Math.Min(size, text.Length - at)), found => all.AddRange(found));
        detector.Complete(found => all.AddRange(found));
        return all;
    }
}
