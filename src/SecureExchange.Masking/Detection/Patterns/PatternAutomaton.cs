using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SecureExchange.Masking.Detection.Patterns;

/// <summary>Many patterns as one deterministic automaton: each byte is looked at once for all of them. States are made when
/// first needed.</summary>
/// <remarks>Not safe for several threads, since states are made in passing. What it answers never depends on what it saw before.</remarks>
internal sealed class PatternAutomaton
{
    /// <summary>State explosion: a text made for it could otherwise fill memory. The states are then made anew.</summary>
    private const int MaxStates = 16_384;

    private const int Unknown = -1;
    private const int AcceptFlag = 1;

    private readonly List<(ByteSet Set, int Next, int Other, int Pattern)> _nodes = [];
    private readonly int[] _entries;
    private readonly byte[] _classes = new byte[256];
    private readonly byte[] _examples;

    /// <summary>Columns of a row of the table: one for each class of bytes, and one for the row's number.</summary>
    private readonly int _width;

    private readonly Dictionary<NodeSet, int> _states = [];
    private readonly List<int[]> _members = [];
    private readonly List<int[]> _accepted = [];
    private readonly int _start;
    private int[] _table = [];

    public PatternAutomaton(IReadOnlyList<(string Text, bool BothCases)> patterns)
    {
        _entries = [.. patterns.Select((p, i) => Compile(PatternParser.Parse(p.Text, p.BothCases), Add(default, -1, -1, i)))];
        _examples = Classify();
        _width = _examples.Length + 1;
        Forget();
        _start = State(Closure(_entries));
    }

    /// <summary>No way on from here.</summary>
    public const int Dead = 0;

    public int Start => _start;

    /// <summary>The state behind one more byte.</summary>
    public int Step(int state, byte b)
    {
        var next = _table[(state >> 1) + _classes[b]];
        return next != Unknown ? next : Make(state, b);
    }

    /// <summary>Goes on to the next place where a pattern ends.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="at">Where the state is; moved behind the last byte that was looked at.</param>
    /// <param name="last">How far to go.</param>
    /// <param name="state">The state.</param>
    /// <returns>A state that accepts, or <see cref="Dead"/>.</returns>
    public int Next(ReadOnlySpan<byte> bytes, ref int at, int last, int state)
    {
        ref var text = ref MemoryMarshal.GetReference(bytes[..last]);
        ref var classes = ref MemoryMarshal.GetArrayDataReference(_classes);
        ref var table = ref MemoryMarshal.GetArrayDataReference(_table);
        var place = at;
        while (place < last)
        {
            var b = Unsafe.Add(ref text, place++);
            var next = Unsafe.Add(ref table, (state >> 1) + Unsafe.Add(ref classes, b));
            // What is rare is odd: a state that accepts, and one that isn't known yet.
            if ((next & AcceptFlag) != 0)
            {
                if (next == Unknown)
                {
                    next = Make(state, b);
                    table = ref MemoryMarshal.GetArrayDataReference(_table);
                }

                if (Accepts(next))
                {
                    at = place;
                    return next;
                }
            }

            if (next == Dead) break;
            state = next;
        }

        at = place;
        return Dead;
    }

    public static bool Accepts(int state) => (state & AcceptFlag) != 0;

    /// <summary>The patterns that end here.</summary>
    public ReadOnlySpan<int> Accepted(int state) => _accepted[_table[(state >> 1) + _width - 1]];

    private int Make(int state, byte b)
    {
        var from = _members[(state >> 1) / _width];
        if (_members.Count >= MaxStates)
        {
            Forget();
            State(Closure(_entries)); // The start keeps its number.
            state = State(from);
        }

        var example = _examples[_classes[b]];
        var targets = new List<int>();
        foreach (var node in from)
        {
            if (_nodes[node].Set.Contains(example)) targets.Add(_nodes[node].Next);
        }

        var next = example >= 128 ? Dead : State(Closure(CollectionsMarshal.AsSpan(targets)));
        _table[(state >> 1) + _classes[b]] = next;
        return next;
    }

    private void Forget()
    {
        _states.Clear();
        _members.Clear();
        _accepted.Clear();
        _table = [];
        State([]); // Dead
    }

    private int State(int[] members)
    {
        var key = new NodeSet(members);
        if (_states.TryGetValue(key, out var known)) return known;
        var number = _members.Count;
        int[] accepted = [.. members.Where(n => _nodes[n].Pattern >= 0).Select(n => _nodes[n].Pattern).Order()];
        var state = ((number * _width) << 1) | (accepted.Length > 0 ? AcceptFlag : 0);
        _members.Add(members);
        _accepted.Add(accepted);
        _states.Add(key, state);
        if (_table.Length < (number + 1) * _width)
        {
            var had = _table.Length;
            Array.Resize(ref _table, Math.Max(2 * had, 64 * _width));
            _table.AsSpan(had).Fill(Unknown);
        }

        if (members.Length == 0) _table.AsSpan(0, _width).Clear();
        _table[((number + 1) * _width) - 1] = number;
        return state;
    }

    /// <summary>The nodes that can be reached without a byte, in order, the ones that only branch left out.</summary>
    private int[] Closure(ReadOnlySpan<int> nodes)
    {
        var seen = new HashSet<int>();
        var open = new Stack<int>();
        foreach (var node in nodes) open.Push(node);
        while (open.TryPop(out var node))
        {
            if (node < 0 || !seen.Add(node)) continue;
            if (_nodes[node] is not { Set: { Low: 0, High: 0 }, Pattern: < 0 } branch) continue;
            open.Push(branch.Next);
            open.Push(branch.Other);
        }

        return [.. seen.Where(n => _nodes[n].Pattern >= 0 || _nodes[n].Set != default).Order()];
    }

    private int Add(ByteSet set, int next, int other, int pattern = -1)
    {
        _nodes.Add((set, next, other, pattern));
        return _nodes.Count - 1;
    }

    private int Compile(PatternNode node, int next)
    {
        switch (node)
        {
            case PatternNode.One one:
                return Add(one.Set, next, -1);
            case PatternNode.Sequence sequence:
                for (var i = sequence.Parts.Count - 1; i >= 0; i--) next = Compile(sequence.Parts[i], next);
                return next;
            case PatternNode.Choice choice:
                var entry = Compile(choice.Options[^1], next);
                for (var i = choice.Options.Count - 2; i >= 0; i--) entry = Add(default, Compile(choice.Options[i], next), entry);
                return entry;
            case PatternNode.Repeat repeat:
                return CompileRepeat(repeat, next);
            default:
                throw new ArgumentOutOfRangeException(nameof(node));
        }
    }

    private int CompileRepeat(PatternNode.Repeat repeat, int next)
    {
        if (repeat.Most < 0)
        {
            var loop = Add(default, -1, next);
            _nodes[loop] = _nodes[loop] with { Next = Compile(repeat.Of, loop) };
            next = loop;
        }

        for (var i = repeat.Least; i < repeat.Most; i++) next = Add(default, Compile(repeat.Of, next), SkipTo(next, i, repeat));
        for (var i = 0; i < repeat.Least; i++) next = Compile(repeat.Of, next);
        return next;
    }

    /// <summary>Each optional part may be left out together with all behind it: the way out is where the innermost one goes.</summary>
    private int SkipTo(int next, int i, PatternNode.Repeat repeat) => i == repeat.Least ? next : _nodes[next].Other;

    /// <summary>Bytes that no pattern tells apart share a column.</summary>
    private byte[] Classify()
    {
        var sets = _nodes.Select(n => n.Set).Where(s => s != default).Distinct().ToList();
        var columns = new Dictionary<string, byte>(StringComparer.Ordinal);
        var examples = new List<byte>();
        for (var b = 0; b < 256; b++)
        {
            var key = string.Concat(sets.Select(s => s.Contains(b) ? '1' : '0'));
            if (!columns.TryGetValue(key, out var column))
            {
                column = (byte)columns.Count;
                columns.Add(key, column);
                examples.Add((byte)b);
            }

            _classes[b] = column;
        }

        return [.. examples];
    }

    private readonly struct NodeSet(int[] nodes) : IEquatable<NodeSet>
    {
        private readonly int[] _nodes = nodes;

        public bool Equals(NodeSet other) => _nodes.AsSpan().SequenceEqual(other._nodes);

        public override bool Equals(object? obj) => obj is NodeSet other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(_nodes.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
