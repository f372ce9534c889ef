using System.Globalization;
using System.Text;
using SecureExchange.Masking.Detection;
using SecureExchange.Samples.Labelled;

namespace SecureExchange.Benchmarks;

/// <summary>How fast detectors read: processor time, one thread.</summary>
internal static class DetectRunner
{
    public static int Run(int megabytes, int rounds)
    {
        Measure("labelled texts, a find each 40 bytes", Labelled(megabytes), rounds);
        Measure("clean lines of numbers, no finds", Clean(megabytes), rounds);
        Measure("prose, a name or number each 10 lines", Prose(megabytes), rounds);
        return 0;
    }

    private static void Measure(string what, byte[] text, int rounds)
    {
        foreach (var (name, options) in new (string, DetectorOptions)[]
            { ("default (us, gb)", new DetectorOptions()), ("all countries", new DetectorOptions { Countries = ["all"] }) })
        {
            var (detector, found, times) = (new Detector(options), new DetectionList(), new List<double>());
            for (var round = -2; round < rounds; round++) // The first two compile.
            {
                var before = Environment.CpuUsage.TotalTime;
                detector.Detect(text, found);
                if (round >= 0) times.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
            }

            times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{what,-40} {name,-18} {text.Length / 1e6 / times[times.Count / 2],7:F0} MB per CPU-second, {found.Count} finds"));
        }
    }

    private static byte[] Labelled(int megabytes) => Repeat(megabytes, LabelledTexts.Make(1, 4000).Select(text => text.Text));

    private static byte[] Clean(int megabytes) => Repeat(megabytes, LabelledTexts.MakeClean(1, 4000));

    private static byte[] Prose(int megabytes)
    {
        const string Sentence = "The goods that you ordered in spring have left our warehouse and should be with you before the end of the week, weather permitting.";
        return Repeat(megabytes, LabelledTexts.Make(1, 200).SelectMany(text => Enumerable.Repeat(Sentence, 10 * text.Labels.Count).Append(text.Text)));
    }

    private static byte[] Repeat(int megabytes, IEnumerable<string> lines)
    {
        var once = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
        var text = new byte[megabytes * 1_000_000];
        for (var at = 0; at < text.Length; at += once.Length) once.AsSpan(0, Math.Min(once.Length, text.Length - at)).CopyTo(text.AsSpan(at));
        return text;
    }
}
