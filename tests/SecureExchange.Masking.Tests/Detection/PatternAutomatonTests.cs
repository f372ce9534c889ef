using System.Text;
using System.Text.RegularExpressions;
using SecureExchange.Masking.Detection.Patterns;
using SecureExchange.Masking.Detection.Rules;
using SecureExchange.Samples.Labelled;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>One automaton for all patterns against a regular expression for each: .NET's is the oracle.</summary>
public sealed partial class PatternAutomatonTests
{
    [Fact]
    public void All_patterns_at_once_find_what_each_finds_alone()
    {
        var patterns = EntityTable.All.SelectMany(rule => rule.Patterns).ToList();
        var automaton = new PatternAutomaton([.. patterns.Select(p => (p.Text, !p.CaseMatters))]);
        var oracles = patterns.Select(p => new Regex(
            $@"\G(?:{Blank().Replace(p.Text, Translate)})", p.CaseMatters ? RegexOptions.CultureInvariant : RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)).ToList();
        foreach (var sample in LabelledTexts.Make(5, 60))
        {
            var text = new string([.. sample.Text.Where(char.IsAscii)]);
            var bytes = Encoding.ASCII.GetBytes(text + "\0");
            for (var at = 0; at < text.Length; at++)
            {
                if (!char.IsAsciiLetterOrDigit(text[at]) || (at > 0 && char.IsAsciiLetterOrDigit(text[at - 1]))) continue;
                var ours = Longest(automaton, bytes, at, patterns.Count);
                for (var p = 0; p < patterns.Count; p++)
                {
                    var theirs = oracles[p].Match(text, at);
                    // Regular expressions take the first way that fits, we the longest: ours is never shorter.
                    Assert.True(ours[p] >= 0 == theirs.Success && (!theirs.Success || ours[p] >= theirs.Length), $"{patterns[p].Text} at {at} of {text}");
                    if (ours[p] > 0) Assert.True(IsWhole(oracles[p], text.Substring(at, ours[p])), $"{patterns[p].Text} isn't {text.Substring(at, ours[p])}");
                }
            }
        }
    }

    private static bool IsWhole(Regex oracle, string text) => new Regex($"^{oracle.ToString()[2..]}$(?!\n)", oracle.Options).IsMatch(text);

    private static string Translate(Match part)
    {
        const string Wrap = @"[ \t]|\r?\n(?:> ?)?";
        return part.Value switch
        {
            @"\w" => "[A-Za-z0-9]",
            " " => $"(?:{Wrap})",
            ['[', .. var inside, ']'] when inside.Contains(' ', StringComparison.Ordinal) => $"(?:{part.Value}|{Wrap})",
            ['[', ..] => part.Value.Replace(@"\w", "A-Za-z0-9", StringComparison.Ordinal),
            var other => other,
        };
    }

    [GeneratedRegex(@"\[[^\]]*\]|\\.| ")]
    private static partial Regex Blank();

    private static int[] Longest(PatternAutomaton automaton, byte[] bytes, int start, int count)
    {
        var longest = new int[count];
        Array.Fill(longest, -1);
        var state = automaton.Start;
        for (var at = start; at < bytes.Length; at++)
        {
            state = automaton.Step(state, bytes[at]);
            if (state == PatternAutomaton.Dead) break;
            if (!PatternAutomaton.Accepts(state)) continue;
            foreach (var pattern in automaton.Accepted(state)) longest[pattern] = at + 1 - start;
        }

        return longest;
    }
}
