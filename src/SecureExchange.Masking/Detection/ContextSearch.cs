using System.Numerics;
using System.Text;
using SecureExchange.Masking.Detection.Rules;
using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection;

/// <summary>Looks for words near a match that say what it is.</summary>
internal sealed class ContextSearch(DetectorRules rules)
{
    private const int WordsBefore = 8;
    private const int WordsBehind = 3;
    private const int BytesBefore = 120;
    private const int BytesBehind = 40;

    private readonly byte[][][] _foreign =
        [.. rules.Entities.Select(rule => rule.Context.Split('|') is [_, var foreign] ? foreign.Split(' ').Select(Encoding.UTF8.GetBytes).ToArray() : [])];

    private readonly ContextSet _ofOtherAlphabets = OfOtherAlphabets(rules);

    private readonly EntityRule[] _rules = [.. rules.Entities];

    /// <summary>The entities that a word near may speak for, and some more: who isn't among them has none.</summary>
    /// <param name="scan">The text.</param>
    /// <param name="first">The atom that a match begins with.</param>
    /// <param name="start">Where it begins, or a byte later.</param>
    /// <param name="end">Where it ends.</param>
    public ContextSet Near(Scan scan, int first, int start, int end)
    {
        var near = _ofOtherAlphabets;
        if (scan.IsAscii) near = default;
        var atoms = scan.Atoms;
        for (var marks = atoms.ContextAt(first - WordsBefore); marks != 0; marks &= marks - 1)
        {
            var i = first - WordsBefore + (BitOperations.TrailingZeroCount(marks) / 8);
            if (start - atoms[i].End <= BytesBefore + 1) near.Add(scan.Words.Contexts(atoms[i].Word));
        }

        var behind = atoms.From(end, first);
        for (var marks = atoms.ContextAt(behind) & 0xffffff; marks != 0; marks &= marks - 1)
        {
            var i = behind + (BitOperations.TrailingZeroCount(marks) / 8);
            if (atoms[i].Start - end <= BytesBehind) near.Add(scan.Words.Contexts(atoms[i].Word));
        }

        return near;
    }

    /// <summary>The candidate with what words nearby make of its score; 0 if there must be one and is none.</summary>
    /// <param name="scan">The text.</param>
    /// <param name="candidate">What was found.</param>
    /// <param name="near">An atom near it, kept for the next.</param>
    public Candidate Score(Scan scan, in Candidate candidate, ref int near)
    {
        var rule = _rules[candidate.Entity];
        near = scan.Atoms.From(candidate.Start, near);
        var distance = Distance(scan, candidate, near);
        if (distance == 0) return rule.OnlyWithContext ? candidate with { Score = 0 } : candidate;
        // Of two words that speak for two readings the nearer one is meant.
        var bonus = distance == 1 ? EntityRule.LabelBonus : EntityRule.ContextBonus + 4 - (2 * distance);
        return candidate with { Score = Math.Clamp(candidate.Score + bonus, EntityRule.LeastWithContext, 100) };
    }

    /// <summary>How many words away the next one is that speaks for it; 0 for none.</summary>
    private int Distance(Scan scan, in Candidate candidate, int first)
    {
        var atoms = scan.Atoms;
        for (var marks = atoms.ContextAt(first - WordsBefore); marks != 0;)
        {
            // The nearest stands highest.
            var place = (63 - BitOperations.LeadingZeroCount(marks)) / 8;
            marks &= ~(0xffUL << (8 * place));
            var i = first - WordsBefore + place;
            if (candidate.Start - atoms[i].End > BytesBefore) break;
            if (scan.Words.Contexts(atoms[i].Word).Has(candidate.Entity)) return first - i;
        }

        var behind = atoms.From(candidate.End, first);
        for (var marks = atoms.ContextAt(behind) & 0xffffff; marks != 0; marks &= marks - 1)
        {
            var place = BitOperations.TrailingZeroCount(marks) / 8;
            if (atoms[behind + place].Start - candidate.End > BytesBehind) break;
            if (scan.Words.Contexts(atoms[behind + place].Word).Has(candidate.Entity)) return place + 2;
        }

        if (scan.IsAscii) return 0;
        foreach (var word in _foreign[candidate.Entity])
        {
            var before = Math.Max(0, candidate.Start - BytesBefore);
            if (scan.Bytes[before..candidate.Start].IndexOf(word) >= 0) return 1;
        }

        return 0;
    }

    private static ContextSet OfOtherAlphabets(DetectorRules rules)
    {
        var set = default(ContextSet);
        for (var entity = 0; entity < rules.Entities.Count; entity++)
        {
            if (rules.Entities[entity].Context.Contains('|', StringComparison.Ordinal)) set = set.With(entity);
        }

        return set;
    }
}
