using System.Text.RegularExpressions;

namespace SecureExchange.Interop.Tests;

/// <summary>What became of a row in one direction.</summary>
/// <param name="Mark">As the page shows it.</param>
/// <param name="Who">Who refused or doesn't offer it.</param>
/// <param name="Reason">In whose words.</param>
internal sealed partial record Outcome(string Mark, string? Who = null, string? Reason = null)
{
    private const int Longest = 140;

    public static Outcome Done { get; } = new("✓");

    public static Outcome Refused(string who, bool ours, string reason) => new(ours ? "✗ we" : "✗", who, Plain(reason));

    public static Outcome NotOffered(string who, string reason) => new("–", who, reason);

    /// <summary>Without what is different each time.</summary>
    private static string Plain(string reason)
    {
        var plain = EachTimeAnother().Replace(reason.ReplaceLineEndings(" "), "…").Replace('|', '/').Replace('`', '\'').Replace('<', '(').Replace('>', ')');
        return plain.Length <= Longest ? plain : plain[..Longest] + "…";
    }

    [GeneratedRegex(@"\b[0-9A-Fa-f]{8,}\b|/tmp/\S+|key-\d+@example\.org|\d\d:\d\d:\d\d")]
    private static partial Regex EachTimeAnother();
}
