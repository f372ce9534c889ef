using System.Text;

namespace SecureExchange.Masking.Detection.Planting;

/// <summary>A value that is put before a detector to see whether it is caught.</summary>
/// <param name="Entity">What it is.</param>
/// <param name="Label">The word before it.</param>
/// <param name="Value">ASCII.</param>
/// <param name="Score">What it gets, looked for alone: at this or a lower limit it is found.</param>
internal sealed record PlantedValue(string Entity, string Label, string Value, int Score)
{
    private const string Before = "we noted ";
    private const string Behind = " and went on";

    /// <summary>The text that a detector is given.</summary>
    public byte[] Text { get; } = Encoding.ASCII.GetBytes($"{Before}{Label} {Value}{Behind}");

    /// <summary>Where in the text the value begins.</summary>
    public int Start => Before.Length + Label.Length + 1;

    /// <summary>Where it ends.</summary>
    public int End => Start + Value.Length;

    /// <summary>Whether what was found covers all of it, as whatever entity.</summary>
    public bool IsCovered(ReadOnlySpan<Detection> found)
    {
        var at = Start;
        foreach (var one in found)
        {
            if (one.Start <= at && one.End > at) at = (int)one.End;
        }

        return at >= End;
    }

    /// <summary>Whether the half of it, or more, is still to be read in what a text became.</summary>
    public bool IsLeftIn(ReadOnlySpan<byte> masked)
    {
        var value = Text.AsSpan(Start, Value.Length);
        // Of a short value all: less may stand in a token by chance.
        var part = Math.Max(Math.Min(5, value.Length), (value.Length + 1) / 2);
        for (var at = 0; at + part <= value.Length; at++)
        {
            if (masked.IndexOf(value.Slice(at, part)) >= 0) return true;
        }

        return false;
    }
}
