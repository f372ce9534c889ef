using System.Buffers;
using SecureExchange.Masking.Detection.Rules;

namespace SecureExchange.Masking.Detection;

/// <summary>Finds personal data in UTF-8 text.</summary>
/// <remarks>
/// <code>
/// text ─► (1) fold ─► (2) split into atoms ─► (3) patterns and matchers at each atom ─► (4) words nearby ─► (5) settle overlaps
/// </code>
/// One pass, whatever is looked for. Nothing is allocated for a text or a match once buffers have grown. A text is worked on in
/// windows that its length alone decides, so a text that comes in pieces has the same result (<see cref="TextDetector"/>).
/// Not safe for several threads.</remarks>
public sealed class Detector
{
    /// <summary>Bytes that are looked at together.</summary>
    internal const int Window = 1 << 18;

    /// <summary>What begins so near to a window's end is left to the next: no entity is longer.</summary>
    internal const int LookAhead = 1 << 14;

    /// <summary>Bytes before an entity that words are looked for in.</summary>
    internal const int LookBack = 1 << 10;

    private readonly Scan _scan;

    /// <exception cref="ArgumentException">An entity or a country that isn't known.</exception>
    public Detector(DetectorOptions? options = null) => _scan = new Scan(options ?? new DetectorOptions());

    /// <summary>All entities there are, in the order of their priority.</summary>
    public static IReadOnlyList<string> AllEntities { get; } = [.. EntityTable.All.Select(rule => rule.Name)];

    /// <summary>All entities, each with the country that it belongs to; empty for what is the same everywhere.</summary>
    public static IReadOnlyList<(string Entity, string Country)> Catalogue { get; } = [.. EntityTable.All.Select(rule => (rule.Name, rule.Country))];

    /// <summary>The countries that have entities of their own.</summary>
    public static IReadOnlyList<string> AllCountries => EntityTable.Countries;

    /// <summary>What this detector looks for.</summary>
    public IReadOnlyList<string> Entities => _scan.Entities;

    /// <summary>The score below which nothing is reported.</summary>
    internal int MinScore => _scan.MinScore;

    /// <summary>Finds what is in one text: a cell, a line, a file.</summary>
    /// <param name="text">UTF-8; other bytes are taken for letters of no alphabet.</param>
    /// <param name="found">Cleared, then filled.</param>
    public void Detect(ReadOnlySpan<byte> text, DetectionList found)
    {
        found.Clear();
        var (start, fresh) = (0, 0);
        while (true)
        {
            var final = text.Length - start <= Window;
            var window = text.Slice(start, final ? text.Length - start : Window);
            var cut = _scan.Run(window, fresh - start, final, start, found);
            if (final) return;
            fresh = start + cut;
            start = NextStart(text, fresh);
        }
    }

    /// <summary>Finds what is in a window.</summary>
    /// <param name="window">The text around.</param>
    /// <param name="fresh">Where the part begins that wasn't reported yet.</param>
    /// <param name="final">Whether the text ends with the window.</param>
    /// <param name="offset">The window's place in the whole text.</param>
    /// <param name="found">Receives what begins between <paramref name="fresh"/> and the result.</param>
    /// <returns>Where the next part begins.</returns>
    internal int DetectWindow(ReadOnlySpan<byte> window, int fresh, bool final, long offset, DetectionList found) =>
        _scan.Run(window, fresh, final, offset, found);

    /// <summary>Where the next window begins: a little before what is new, and not within a word.</summary>
    internal static int NextStart(ReadOnlySpan<byte> text, int fresh)
    {
        var back = Math.Max(0, fresh - LookBack);
        var blank = text[back..fresh].IndexOfAny(s_blanks);
        return blank < 0 ? back : back + blank;
    }

    /// <summary>Overwrites what is left of texts in buffers.</summary>
    public void Zero() => _scan.Zero();

    private static readonly SearchValues<byte> s_blanks = SearchValues.Create(" \n\t"u8);
}
