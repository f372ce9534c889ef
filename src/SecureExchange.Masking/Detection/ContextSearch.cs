using System.Text;
using SecureExchange.Masking.Detection.Rules;

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

    /// <summary>The candidate with what words nearby make of its score; 0 if there must be one and is none.</summary>
    public Candidate Score(Scan scan, in Candidate candidate)
    {
        var rule = rules.Entities[candidate.Entity];
        var distance = Distance(scan, candidate);
        if (distance == 0) return rule.OnlyWithContext ? candidate with { Score = 0 } : candidate;
        // Of two words that speak for two readings the nearer one is meant.
        var bonus = distance == 1 ? EntityRule.LabelBonus : EntityRule.ContextBonus + 4 - (2 * distance);
        return candidate with { Score = Math.Clamp(candidate.Score + bonus, EntityRule.LeastWithContext, 100) };
    }

    /// <summary>How many words away the next one is that speaks for it; 0 for none.</summary>
    private int Distance(Scan scan, in Candidate candidate)
    {
        var atoms = scan.Atoms;
        var first = atoms.From(candidate.Start);
        for (var i = first - 1; i >= 0 && i >= first - WordsBefore && candidate.Start - atoms[i].End <= BytesBefore; i--)
        {
            if (atoms[i].Word != 0 && scan.Words.Contexts(atoms[i].Word).Has(candidate.Entity)) return first - i;
        }

        var behind = atoms.From(candidate.End);
        for (var i = behind; i < atoms.Count && i < behind + WordsBehind && atoms[i].Start - candidate.End <= BytesBehind; i++)
        {
            if (atoms[i].Word != 0 && scan.Words.Contexts(atoms[i].Word).Has(candidate.Entity)) return i - behind + 2;
        }

        foreach (var word in _foreign[candidate.Entity])
        {
            var before = Math.Max(0, candidate.Start - BytesBefore);
            if (scan.Bytes[before..candidate.Start].IndexOf(word) >= 0) return 1;
        }

        return 0;
    }
}
