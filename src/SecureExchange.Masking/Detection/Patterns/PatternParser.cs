using System.Globalization;

namespace SecureExchange.Masking.Detection.Patterns;

/// <summary>Reads the pattern language: characters, <c>[a-z]</c>, <c>\d</c>, <c>\w</c> (letter or digit), <c>.</c> (any but a
/// line end), <c>( | )</c>, <c>? * + {n} {n,m}</c>. A blank is a blank, a tab or one line break, since lines get wrapped, and quoted; in a
/// class too.</summary>
/// <remarks>Everything in it runs in one automaton: no look-around, no back-reference, no backtracking.</remarks>
internal ref struct PatternParser
{
    private static readonly ByteSet s_digits = ByteSet.Range((byte)'0', (byte)'9');
    private static readonly ByteSet s_letters = ByteSet.Range((byte)'A', (byte)'Z').WithBothCases();

    private static readonly PatternNode s_blank = new PatternNode.Choice(
    [
        Of(' ', '\t'),
        // A line break, and the mark of a quoted mail's next line.
        new PatternNode.Sequence([Maybe(Of('\r')), Of('\n'), Maybe(new PatternNode.Sequence([Of('>'), Maybe(Of(' '))]))]),
    ]);

    private readonly ReadOnlySpan<char> _pattern;
    private readonly bool _bothCases;
    private int _at;

    private PatternParser(string pattern, bool bothCases)
    {
        _pattern = pattern;
        _bothCases = bothCases;
    }

    public static PatternNode Parse(string pattern, bool bothCases)
    {
        var parser = new PatternParser(pattern, bothCases);
        var node = parser.Choice();
        return parser._at == pattern.Length ? node : throw parser.Wrong();
    }

    private char Next => _at < _pattern.Length ? _pattern[_at] : '\0';

    private PatternNode Choice()
    {
        var options = new List<PatternNode> { Sequence() };
        while (Next == '|')
        {
            _at++;
            options.Add(Sequence());
        }

        return options.Count == 1 ? options[0] : new PatternNode.Choice(options);
    }

    private PatternNode.Sequence Sequence()
    {
        var parts = new List<PatternNode>();
        while (_at < _pattern.Length && Next is not ('|' or ')')) parts.Add(Repeated());
        return new PatternNode.Sequence(parts);
    }

    private PatternNode Repeated()
    {
        var node = Single();
        while (true)
        {
            switch (Next)
            {
                case '?': node = new PatternNode.Repeat(node, 0, 1); break;
                case '*': node = new PatternNode.Repeat(node, 0, -1); break;
                case '+': node = new PatternNode.Repeat(node, 1, -1); break;
                case '{': node = Counted(node); break;
                default: return node;
            }

            _at++;
        }
    }

    /// <summary>Stops on the closing brace.</summary>
    private PatternNode.Repeat Counted(PatternNode node)
    {
        var end = _pattern[_at..].IndexOf('}');
        if (end < 0) throw Wrong();
        var inside = _pattern.Slice(_at + 1, end - 1);
        _at += end;
        var comma = inside.IndexOf(',');
        var least = int.Parse(comma < 0 ? inside : inside[..comma], CultureInfo.InvariantCulture);
        var most = comma < 0 ? least : comma == inside.Length - 1 ? -1 : int.Parse(inside[(comma + 1)..], CultureInfo.InvariantCulture);
        return new PatternNode.Repeat(node, least, most);
    }

    private PatternNode Single()
    {
        var c = _pattern[_at++];
        switch (c)
        {
            case '(':
                var inner = Choice();
                if (Next != ')') throw Wrong();
                _at++;
                return inner;
            case '[':
                var set = Cased(Class());
                return set.Contains(' ') ? new PatternNode.Choice([new PatternNode.One(set), s_blank]) : new PatternNode.One(set);
            case '\\':
                return new PatternNode.One(Escaped());
            case '.':
                return new PatternNode.One((ByteSet.Range(0, 31) | ByteSet.Of(127)).Complement());
            case ' ':
                return s_blank;
            case '?' or '*' or '+' or '{' or '}' or ']' or '$' or '^':
                throw Wrong();
            default:
                return new PatternNode.One(Cased(ByteSet.Of((byte)c)));
        }
    }

    private ByteSet Escaped()
    {
        var c = _pattern[_at++];
        return c switch
        {
            'd' => s_digits,
            'w' => s_digits | s_letters,
            'n' => ByteSet.Of((byte)'\n'),
            _ when char.IsAsciiLetterOrDigit(c) => throw Wrong(),
            _ => ByteSet.Of((byte)c),
        };
    }

    private ByteSet Class()
    {
        var set = default(ByteSet);
        while (Next != ']')
        {
            if (_at >= _pattern.Length - 1) throw Wrong();
            var first = _pattern[_at++];
            if (first == '\\')
            {
                set |= Escaped();
            }
            else if (Next == '-' && _pattern[_at + 1] != ']')
            {
                set |= ByteSet.Range((byte)first, (byte)_pattern[_at + 1]);
                _at += 2;
            }
            else
            {
                set |= ByteSet.Of((byte)first);
            }
        }

        _at++;
        return set;
    }

    private static PatternNode.One Of(params ReadOnlySpan<char> characters)
    {
        var set = default(ByteSet);
        foreach (var c in characters) set |= ByteSet.Of((byte)c);
        return new PatternNode.One(set);
    }

    private static PatternNode.Repeat Maybe(PatternNode node) => new(node, 0, 1);

    private readonly ByteSet Cased(ByteSet set) => _bothCases ? set.WithBothCases() : set;

    private readonly FormatException Wrong() => new($"pattern '{_pattern}' at {_at}");
}
