using System.Globalization;
using SecureExchange.Masking.Detection;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>How well an entity is found.</summary>
internal sealed class Score(string name)
{
    public string Name => name;

    public Detector? Detector { get; set; }

    public int Right { get; set; }

    public int TooMany { get; set; }

    public int Missed { get; set; }

    public double Precision => Right + TooMany == 0 ? 1 : (double)Right / (Right + TooMany);

    public double Recall => Right + Missed == 0 ? 1 : (double)Right / (Right + Missed);

    /// <summary>Recall counts twice: what is missed leaves the house.</summary>
    public double F2 => Right == 0 ? (TooMany + Missed == 0 ? 1 : 0) : 5 * Precision * Recall / ((4 * Precision) + Recall);

    /// <summary>Recall in per cent, and precision behind it where that is less than all.</summary>
    public string Short => Right + Missed == 0
        ? string.Create(CultureInfo.InvariantCulture, $"– / {100 * Precision:0.#}")
        : TooMany == 0 ? string.Create(CultureInfo.InvariantCulture, $"{100 * Recall:0.#}")
        : string.Create(CultureInfo.InvariantCulture, $"{100 * Recall:0.#} / {100 * Precision:0.#}");

    public static string Header => "| | expected | found | precision | recall | F2 |\n| --- | --- | --- | --- | --- | --- |\n";

    public static Score Sum(string name, IEnumerable<Score> scores)
    {
        var sum = new Score(name);
        foreach (var score in scores) sum.Add(score);
        return sum;
    }

    public void Add(Score other)
    {
        Right += other.Right;
        TooMany += other.TooMany;
        Missed += other.Missed;
    }

    /// <summary>Counts one case.</summary>
    /// <param name="ours">What was found.</param>
    /// <param name="expected">What there is; null where only the number is known.</param>
    /// <param name="count">That number.</param>
    /// <returns>Whether they agree.</returns>
    public bool Count(IReadOnlyCollection<(int Start, int End)> ours, IReadOnlyCollection<(int Start, int End)>? expected, int count)
    {
        var right = expected is null ? Math.Min(ours.Count, count) : ours.Count(expected.Contains);
        Right += right;
        TooMany += ours.Count - right;
        Missed += count - right;
        return right == ours.Count && right == count;
    }

    public string Line() => string.Create(
        CultureInfo.InvariantCulture, $"| {name} | {Right + Missed} | {Right + TooMany} | {100 * Precision:F1} % | {100 * Recall:F1} % | {100 * F2:F1} % |\n");
}
