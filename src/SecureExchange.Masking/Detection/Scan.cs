using System.Numerics;
using SecureExchange.Masking.Detection.Matchers;
using SecureExchange.Masking.Detection.Patterns;
using SecureExchange.Masking.Detection.Rules;
using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection;

/// <summary>One text being looked at: its views, and what was found so far.</summary>
internal sealed class Scan
{
    /// <summary>Quadratic time: a text of nothing but beginnings may not be read to its end from each of them.</summary>
    private const int MaxRun = 1 << 13;

    /// <summary>The same within text that is joined by hyphens and underscores, where each part is a beginning.</summary>
    private const int MaxJoinedRun = 1 << 9;

    private const int MaxPasses = 32;

    private readonly TextView _view = new();
    private readonly AtomList _atoms = new();
    private readonly CandidateList _candidates = new();
    private readonly DetectorRules _rules;
    private readonly PatternAutomaton _automaton;
    private readonly ContextSearch _context;
    private readonly MatcherSet _matchers;
    private readonly (PatternRule Rule, int Entity, bool OnlyWithContext)[] _patterns;
    private readonly string[] _names;
    private readonly int _minScore;
    private readonly bool _settle;

    public Scan(DetectorOptions options)
    {
        _rules = new DetectorRules(options);
        _patterns = [.. _rules.Patterns.Select(p => (p.Rule, p.Entity, _rules.Entities[p.Entity].OnlyWithContext))];
        _names = [.. _rules.Names];
        _automaton = new PatternAutomaton([.. _rules.Patterns.Select(p => (p.Rule.Text, !p.Rule.CaseMatters))]);
        _context = new ContextSearch(_rules);
        _matchers = new MatcherSet(_rules);
        (_minScore, _settle) = (Math.Max(1, options.MinScore), options.SettleOverlaps);
    }

    public IReadOnlyList<string> Entities => _rules.Names;

    public int MinScore => _minScore;

    /// <summary>Whether the text had no characters but those of ASCII before it was folded.</summary>
    public bool IsAscii => _view.IsAscii;

    public AtomList Atoms => _atoms;

    public WordList Words => _rules.Words;

    /// <summary>What patterns and matchers found so far.</summary>
    public CandidateList Found => _candidates;

    public ReadOnlySpan<byte> Bytes => _view.Bytes;

    /// <summary>The text with zero bytes behind it.</summary>
    public ReadOnlySpan<byte> Padded => _view.Padded;

    public int Run(ReadOnlySpan<byte> window, int fresh, bool final, long offset, DetectionList found)
    {
        _candidates.Clear();
        Load(window);                                               // (1) (2)
        for (var i = 0; i < _atoms.Count; i += 64)                  // (3)
        {
            _atoms.Candidates(i, out var patterns, out var matchers);
            for (var open = patterns | matchers; open != 0; open &= open - 1)
            {
                var bit = open & (~open + 1);
                var atom = i + BitOperations.TrailingZeroCount(open);
                if ((patterns & bit) != 0) RunPatterns(atom);
                if ((matchers & bit) != 0) _matchers.Match(this, atom);
            }
        }

        _matchers.MatchBetween(this);
        Report(window, fresh, final ? int.MaxValue : window.Length - Detector.LookAhead, offset, found, out var cut);
        return cut;
    }

    /// <summary>Makes the views that patterns and matchers read.</summary>
    public void Load(ReadOnlySpan<byte> window)
    {
        _view.Load(window);
        _atoms.Load(_view.Padded, _rules.Words);
    }

    /// <summary>Adds what a matcher found.</summary>
    public void Add(int entity, int start, int end, int score) => _candidates.Add(new Candidate(start, end, entity, score, -1));

    public void Zero()
    {
        _view.Zero();
        _atoms.Zero();
    }

    private void RunPatterns(int atom)
    {
        var bytes = _view.Padded;
        var start = _atoms[atom].Start;
        var state = _automaton.Start;
        var joined = start > 1 && bytes[start - 1] is (byte)'-' or (byte)'_' && IsAlphanumeric(bytes[start - 2]);
        var (at, last) = (start, Math.Min(start + (joined ? MaxJoinedRun : MaxRun), bytes.Length));
        var before = _candidates.Count;
        while ((state = _automaton.Next(bytes, ref at, last, state)) != PatternAutomaton.Dead)
        {
            if (!IsAlphanumeric(bytes[at])) Accept(state, atom, at, before);
        }
    }

    private void Accept(int state, int atom, int end, int before)
    {
        var bytes = _view.Bytes;
        var start = _atoms[atom].Start;
        var match = bytes[start..end];
        // A line is wrapped once within what is shorter than a line; more often, and these are lines of a list.
        var lineEnd = match.IndexOf((byte)'\n');
        if (lineEnd >= 0 && match[(lineEnd + 1)..].Contains((byte)'\n')) return;
        var glued = IsGlued(bytes, start, end);
        var near = _context.Near(this, atom, start, end);
        foreach (var pattern in _automaton.Accepted(state))
        {
            ref readonly var slot = ref _patterns[pattern];
            var (rule, entity) = (slot.Rule, slot.Entity);
            if (rule.Alone && glued) continue;
            var score = glued ? (rule.Score + 1) / 2 : rule.Score;
            if (lineEnd >= 0) score = Math.Max(1, score - 10);
            // Most numbers are nothing: no word speaks for them, and then no check digit need be reckoned. A longer match of the same
            // pattern takes the shorter one's place before it is dropped itself.
            if ((score < _minScore || slot.OnlyWithContext) && !near.Has(entity) && !_candidates.HasShorter(pattern, before)) continue;
            if (rule.Behind != 0 && (start == 0 || bytes[start - 1] != rule.Behind)) continue;
            if (rule.Check is { } check && !check(match)) continue;
            var signed = rule.Behind != 0 || (rule.TakesSign && start > 0 && bytes[start - 1] is (byte)'-' or (byte)'+');
            _candidates.AddLonger(new Candidate(signed ? start - 1 : start, end, entity, score, pattern), before);
        }
    }

    /// <summary>Whether it is a part of something longer: of a version, a path, a UUID.</summary>
    private static bool IsGlued(ReadOnlySpan<byte> bytes, int start, int end) =>
        (start > 1 && bytes[start - 1] is (byte)'-' or (byte)'.' or (byte)'/' or (byte)'_' && IsAlphanumeric(bytes[start - 2]))
        || (end + 1 < bytes.Length && bytes[end] is (byte)'-' or (byte)'_' or (byte)'/' && IsAlphanumeric(bytes[end + 1]))
        || (end + 1 < bytes.Length && bytes[end] == '.' && bytes[end + 1] is >= (byte)'0' and <= (byte)'9');

    private void Report(ReadOnlySpan<byte> window, int fresh, int limit, long offset, DetectionList found, out int cut)
    {
        _candidates.Score(this, _context, _minScore);               // (4)
        cut = limit == int.MaxValue ? window.Length : Cut(fresh, limit);
        _candidates.Settle(_settle);                                // (5)
        foreach (ref readonly var candidate in _candidates.Kept)
        {
            var start = _view.Source(candidate.Start);
            if (start < fresh || (start >= cut && limit != int.MaxValue)) continue;
            var end = _view.SourceEnd(window, candidate.End);
            found.Add(new Detection(_names[candidate.Entity], offset + start, end - start, candidate.Score));
        }
    }

    /// <summary>Where to stop: nothing may lie across, or its parts would be settled apart from each other.</summary>
    private int Cut(int fresh, int limit)
    {
        var cut = limit;
        var moved = true;
        for (var passes = 0; moved && passes < MaxPasses; passes++)
        {
            moved = false;
            for (var i = 0; i < _candidates.Count; i++)
            {
                ref readonly var candidate = ref _candidates[i];
                if (candidate.End + _view.MostShift <= cut) continue; // So are nearly all of them.
                if (_view.Source(candidate.Start) is var start && start >= cut || _view.Source(candidate.End) <= cut) continue;
                (cut, moved) = (start, true);
            }
        }

        // A long chain of overlaps is only made on purpose; some cut has to be made through it.
        return !moved && cut > fresh + Detector.LookAhead ? cut : limit;
    }

    public static bool IsAlphanumeric(byte b) => (uint)((b | 0x20) - 'a') <= 25 || (uint)(b - '0') <= 9;
}
