using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using SecureExchange.Masking;
using SecureExchange.Masking.Profiles;
using SecureExchange.Samples;

namespace SecureExchange.Benchmarks;

/// <summary>How fast records are read, masked and written, no files: processor time of one thread for each octet of input, and time by the
/// clock with as many lanes as there are by default. What comes out goes to the same small buffer again and again, as it does where it is sealed
/// or written next.</summary>
internal static class MaskRunner
{
    private const int PieceSize = 1 << 16;
    private const int RowsPerMegabyte = 5_600;

    public static int Run(string profilePath, int megabytes, int rounds)
    {
        var profile = MaskingProfile.Parse(File.ReadAllBytes(profilePath));
        var plain = Sample.Find("customers")!.ToArray((long)megabytes * RowsPerMegabyte, seed: 1);
        using var keys = MaskingKeys.Derive(new byte[32], "ag_speed");
        var manifestKey = new byte[32];
        var masked = new ArrayBufferWriter<byte>(plain.Length * 2);
        Mask(new Masker(profile, keys), plain, masked, keep: true);
        var back = new ArrayBufferWriter<byte>(plain.Length + PieceSize);
        Unmask(new Unmasker(profile, keys), masked.WrittenSpan, back, keep: true);
        if (!back.WrittenSpan.SequenceEqual(plain)) throw new InvalidDataException("what was masked and turned back isn't what it was");
        var output = new ArrayBufferWriter<byte>(4 * PieceSize);
        foreach (var (lanes, limits) in ((string, MaskingLimits)[])[("one lane, CPU", new MaskingLimits { Lanes = 1 }), ("lanes, wall", new MaskingLimits())])
        {
            Func<TimeSpan> clock = limits.Lanes == 1 ? () => Environment.CpuUsage.TotalTime : () => Stopwatch.GetElapsedTime(0);
            Measure($"mask, {lanes}", plain.Length, rounds, clock, () => Mask(new Masker(profile, keys, limits), plain, output, keep: false));
            Measure($"mask with a transfer's manifest, {lanes}", plain.Length, rounds, clock, () => Mask(new Masker(profile, keys, manifestKey, limits), plain, output, keep: false));
            Measure($"unmask, {lanes}", plain.Length, rounds, clock, () => Unmask(new Unmasker(profile, keys, limits), masked.WrittenSpan, output, keep: false));
        }

        return 0;
    }

    private static void Mask(Masker masker, ReadOnlySpan<byte> plain, ArrayBufferWriter<byte> masked, bool keep)
    {
        var manifest = new ArrayBufferWriter<byte>();
        using (masker)
        {
            for (var at = 0; at < plain.Length; at += PieceSize)
            {
                masker.Mask(plain[at..Math.Min(plain.Length, at + PieceSize)], masked, manifest);
                manifest.ResetWrittenCount();
                if (!keep) masked.ResetWrittenCount();
            }

            masker.Complete(masked, manifest);
            if (!keep) masked.ResetWrittenCount();
        }
    }

    private static void Unmask(Unmasker unmasker, ReadOnlySpan<byte> masked, ArrayBufferWriter<byte> back, bool keep)
    {
        using (unmasker)
        {
            for (var at = 0; at < masked.Length; at += PieceSize)
            {
                unmasker.Unmask(masked[at..Math.Min(masked.Length, at + PieceSize)], back);
                if (!keep) back.ResetWrittenCount();
            }

            unmasker.Complete(back);
            if (!keep) back.ResetWrittenCount();
        }
    }

    private static void Measure(string what, int length, int rounds, Func<TimeSpan> clock, Action work)
    {
        var times = new List<double>();
        for (var round = -2; round < rounds; round++) // The first two compile.
        {
            var before = clock();
            work();
            if (round >= 0) times.Add((clock() - before).TotalSeconds);
        }

        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-48} {times[times.Count / 2] * 1e9 / length,6:F2} ns/byte"));
    }
}
