using System.Globalization;
using SecureExchange.Masking.Detection;

namespace SecureExchange.Benchmarks;

/// <summary>How fast detectors read: processor time, one thread.</summary>
internal static class DetectRunner
{
    private static readonly (string Name, DetectorOptions Options)[] s_options =
        [("us, gb", new DetectorOptions()), ("all countries", new DetectorOptions { Countries = ["all"] })];

    /// <summary>Writes a line for each kind of text: what, MB for each second of one processor (median), how many finds, and a sum
    /// over them that is the same where all of them are.</summary>
    /// <param name="megabytes">Of each text.</param>
    /// <param name="rounds">How often, after two that compile.</param>
    /// <param name="kind">Only kinds of text with this in their name: for a profiler.</param>
    public static int Run(int megabytes, int rounds, string kind = "")
    {
        foreach (var (what, text) in DetectTexts.All(megabytes).Where(one => one.Name.Contains(kind, StringComparison.Ordinal)))
        {
            foreach (var (name, options) in s_options) Measure($"{what} | {name}", text, options, rounds);
        }

        return 0;
    }

    private static void Measure(string what, byte[] text, DetectorOptions options, int rounds)
    {
        var (detector, found, times) = (new Detector(options), new DetectionList(), new List<double>());
        for (var round = -2; round < rounds; round++) // The first two compile.
        {
            var before = Environment.CpuUsage.TotalTime;
            detector.Detect(text, found);
            if (round >= 0) times.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }

        times.Sort();
        var sum = 0UL;
        foreach (var find in found.Found)
        {
            foreach (var c in find.Entity) sum = (sum * 31) + c;
            sum = (sum * 31) + (ulong)(find.Start + find.Length + find.Score);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}\t{text.Length / 1e6 / times[times.Count / 2]:F1}\t{found.Count}\t{sum:x16}"));
    }
}
