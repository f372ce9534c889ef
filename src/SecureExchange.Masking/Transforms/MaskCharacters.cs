using System.Text;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Transforms;

/// <summary>Puts a character in the place of all but the first or last few: <c>4111-1111-1111-1234</c> gives
/// <c>****-****-****-1234</c>.</summary>
/// <remarks>The number of characters survives, so it isn't for values whose length tells whose they are; nor for values of which
/// a part is enough to know the whole: the last four of nine digits leave 100,000 candidates.</remarks>
internal sealed class MaskCharacters : Transform
{
    // What may pass is listed, not what must go: any other character is hidden.
    private const string Separators = " -./()+";

    private readonly int _first;
    private readonly int _last;
    private readonly int _leastHidden;
    private readonly bool _hides; // The first and last ones are those that are hidden.
    private readonly byte[] _with;
    private readonly HashSet<int> _ignored;

    private MaskCharacters(int first, int last, int leastHidden, bool hides, byte[] with, HashSet<int> ignored)
    {
        _first = first;
        _last = last;
        _leastHidden = leastHidden;
        _hides = hides;
        _with = with;
        _ignored = ignored;
    }

    public static TransformRule Declare(TransformOptions options)
    {
        var section = options.Section;
        var (keepFirst, keepLast) = ((int)section.Number("keep-first", 0, 64, 0), (int)section.Number("keep-last", 0, 64, 0));
        var (hideFirst, hideLast) = ((int)section.Number("hide-first", 0, 64, 0), (int)section.Number("hide-last", 0, 64, 0));
        var hides = hideFirst + hideLast > 0;
        if (hides && keepFirst + keepLast > 0) throw section.Wrong("hide-first", "either keep-first and keep-last, or hide-first and hide-last");
        var least = (int)section.Number("hide-at-least", 1, 64, Math.Max(1, hides ? hideFirst + hideLast : keepFirst + keepLast));
        var with = section.OptionalText("with") ?? "*";
        if (with.EnumerateRunes().Count() != 1 || with.Any(c => char.IsControl(c) || c is '=' or '+' or '-' or '@' or '"'))
            throw section.Wrong("with", "one character, not \" = + - @");
        var ignored = section.OptionalText("ignore") ?? Separators;
        if (ignored.EnumerateRunes().Any(Rune.IsLetterOrDigit)) throw section.Wrong("ignore", "characters that stay in their places: no letters or digits");
        var (first, last) = hides ? (hideFirst, hideLast) : (keepFirst, keepLast);
        var bytes = Encoding.UTF8.GetBytes(with);
        var set = ignored.EnumerateRunes().Select(rune => rune.Value).ToHashSet();
        return new TransformRule((_, _) => new MaskCharacters(first, last, least, hides, bytes, set));
    }

    protected override void MaskCell(CellColumn cells, int i, CellColumn masked)
    {
        var cell = cells[i];
        var count = 0;
        for (var rest = cell; !rest.IsEmpty;)
        {
            Rune.DecodeFromUtf8(rest, out var rune, out var size);
            if (!_ignored.Contains(rune.Value)) count++;
            rest = rest[size..];
        }

        var shown = _hides ? Math.Max(0, count - _first - _last) : Math.Min(count, _first + _last);
        // Too little would be left to hide: "123" with 4 to keep is "***".
        var none = count - shown < _leastHidden;
        var output = masked.Reserve(cell.Length * _with.Length);
        var (length, at) = (0, 0);
        for (var rest = cell; !rest.IsEmpty;)
        {
            Rune.DecodeFromUtf8(rest, out var rune, out var size);
            var ignored = _ignored.Contains(rune.Value);
            var outer = at < _first || at >= count - _last;
            if (!ignored) at++;
            if (ignored || (!none && outer != _hides))
            {
                rest[..size].CopyTo(output[length..]);
                length += size;
            }
            else
            {
                _with.CopyTo(output[length..]);
                length += _with.Length;
            }

            rest = rest[size..];
        }

        FormulaText.Disarm(output[..length]);
        masked.AddReserved(length, cells.Row(i));
    }
}
