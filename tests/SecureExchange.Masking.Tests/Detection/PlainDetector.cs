using System.Text;
using SecureExchange.Masking.Detection;
using SecureExchange.Masking.Detection.Matchers;
using SecureExchange.Masking.Detection.Patterns;
using SecureExchange.Masking.Detection.Rules;
using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Tests.Detection;

/// <summary>What a <see cref="Detector"/> has to find, in the plainest way: each pattern by itself at every letter or digit that begins
/// something, every matcher at every atom, each candidate's words one by one, overlaps by trying all. The oracle of the fast way.</summary>
internal sealed class PlainDetector(DetectorOptions options)
{
    private readonly DetectorRules _rules = new(options);
    private readonly Scan _scan = new(options);
    private readonly List<PatternAutomaton> _automata = [.. new DetectorRules(options).Patterns.Select(p => new PatternAutomaton([(p.Rule.Text, !p.Rule.CaseMatters)]))];

    /// <param name="text">Shorter than a window.</param>
    public IReadOnlyList<string> Detect(byte[] text)
    {
        _scan.Load(text);
        var candidates = new List<Candidate>();
        for (var i = 0; i < _scan.Atoms.Count; i++) RunPatterns(i, candidates);
        candidates.AddRange(MatchEverywhere());
        var least = Math.Max(1, options.MinScore);
        var scored = candidates.Select(Score).Where(candidate => candidate.Score >= least).ToList();
        return [.. Settle(scored).OrderBy(c => c.Start).ThenByDescending(c => c.Score).ThenByDescending(c => c.Length).Select(c => $"{_rules.Names[c.Entity]} {c.Start}-{c.End} {c.Score}")];
    }

    private IEnumerable<Candidate> MatchEverywhere()
    {
        var matchers = new MatcherSet(_rules);
        _scan.Found.Clear();
        for (var i = 0; i < _scan.Atoms.Count; i++) matchers.Match(_scan, i);
        matchers.MatchBetween(_scan);
        for (var i = 0; i < _scan.Found.Count; i++) yield return _scan.Found[i];
    }

    private void RunPatterns(int atom, List<Candidate> candidates)
    {
        var bytes = _scan.Padded;
        var start = _scan.Atoms[atom].Start;
        for (var p = 0; p < _automata.Count; p++)
        {
            var (rule, entity) = _rules.Patterns[p];
            var (state, longest) = (_automata[p].Start, default(Candidate?));
            var joined = start > 1 && bytes[start - 1] is (byte)'-' or (byte)'_' && Scan.IsAlphanumeric(bytes[start - 2]);
            for (var at = start; at < Math.Min(start + (joined ? 1 << 9 : 1 << 13), bytes.Length);)
            {
                state = _automata[p].Step(state, bytes[at++]);
                if (state == PatternAutomaton.Dead) break;
                if (PatternAutomaton.Accepts(state) && !Scan.IsAlphanumeric(bytes[at])) longest = Accept(rule, entity, p, start, at) ?? longest;
            }

            if (longest is { } found) candidates.Add(found);
        }
    }

    private Candidate? Accept(PatternRule rule, int entity, int pattern, int start, int end)
    {
        var bytes = _scan.Bytes;
        var match = bytes[start..end];
        var wraps = match.Count((byte)'\n');
        if (wraps > 1) return null;
        var before = start > 0 ? bytes[start - 1] : (byte)0;
        var glued = (start > 1 && "-./_"u8.Contains(before) && Scan.IsAlphanumeric(bytes[start - 2]))
            || (end + 1 < bytes.Length && "-_/"u8.Contains(bytes[end]) && Scan.IsAlphanumeric(bytes[end + 1]))
            || (end + 1 < bytes.Length && bytes[end] == '.' && char.IsAsciiDigit((char)bytes[end + 1]));
        if ((rule.Alone && glued) || (rule.Behind != 0 && before != rule.Behind) || rule.Check?.Invoke(match) == false) return null;
        var score = glued ? (rule.Score + 1) / 2 : rule.Score;
        if (wraps == 1) score = Math.Max(1, score - 10);
        var signed = rule.Behind != 0 || (rule.TakesSign && before is (byte)'-' or (byte)'+');
        return new Candidate(signed ? start - 1 : start, end, entity, score, pattern);
    }

    private Candidate Score(Candidate candidate)
    {
        var rule = _rules.Entities[candidate.Entity];
        var distance = Distance(candidate, rule);
        if (distance == 0) return rule.OnlyWithContext ? candidate with { Score = 0 } : candidate;
        var bonus = distance == 1 ? EntityRule.LabelBonus : EntityRule.ContextBonus + 4 - (2 * distance);
        return candidate with { Score = Math.Clamp(candidate.Score + bonus, EntityRule.LeastWithContext, 100) };
    }

    private int Distance(Candidate candidate, EntityRule rule)
    {
        var words = rule.Context.Split('|');
        var atoms = Enumerable.Range(0, _scan.Atoms.Count).Select(i => _scan.Atoms[i]).ToList();
        var before = atoms.Where(atom => atom.Start < candidate.Start).Reverse().Take(8).ToList();
        for (var i = 0; i < before.Count && candidate.Start - before[i].End <= 120; i++)
        {
            if (SpeaksFor(before[i], words[0])) return i + 1;
        }

        var behind = atoms.Where(atom => atom.Start >= candidate.End).Take(3).ToList();
        for (var i = 0; i < behind.Count && behind[i].Start - candidate.End <= 40; i++)
        {
            if (SpeaksFor(behind[i], words[0])) return i + 2;
        }

        var text = Encoding.UTF8.GetString(_scan.Bytes[Math.Max(0, candidate.Start - 120)..candidate.Start]);
        return words.Length > 1 && words[1].Split(' ').Any(word => text.Contains(word, StringComparison.Ordinal)) ? 1 : 0;
    }

    private bool SpeaksFor(Atom atom, string words) =>
        words.Split(' ').Contains(Encoding.ASCII.GetString(_scan.Bytes[atom.Start..atom.End]), StringComparer.OrdinalIgnoreCase);

    /// <summary>Of all that overlap the best stays; where overlaps of entities aren't settled, each entity's by itself.</summary>
    private List<Candidate> Settle(List<Candidate> candidates)
    {
        var kept = new List<Candidate>();
        foreach (var one in candidates.OrderByDescending(c => c.Score).ThenByDescending(c => c.Length).ThenBy(c => c.Entity).ThenBy(c => c.Start))
        {
            if (!kept.Any(other => other.Start < one.End && one.Start < other.End && (options.SettleOverlaps || other.Entity == one.Entity))) kept.Add(one);
        }

        return kept;
    }
}
