using System.Buffers;
using System.Globalization;
using System.Text;

namespace SecureExchange.Masking.Detection.Text;

/// <summary>Which characters are read as which ASCII character.</summary>
internal static class CharacterFolding
{
    /// <summary>The character is left out: it is invisible.</summary>
    public const int Drop = -1;

    /// <summary>The character stays as it is.</summary>
    public const int Keep = -2;

    /// <summary>The character looks like a Latin letter; whether it stands for one, its neighbours say.</summary>
    public const int Lookalike = -3;

    /// <summary>U+00C0 to U+017F without their accents; blanks are no letters.</summary>
    private const string Latin =
        "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTsaaaaaaaceeeeiiiidnooooo ouuuuyty"
        + "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

    private const string Lookalikes = "АВСЕНІЈКМОРЅТХУаеіјкорсѕухԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧοντι";
    private const string LookLike = "ABCEHIJKMOPSTXYaeijkopcsyxdqwABEZHIKMNOPTYXovti";

    /// <summary>What <see cref="Reckon"/> says of each character of the basic plane: texts in other alphabets ask for each.</summary>
    private static readonly sbyte[] s_basic = [.. Enumerable.Range(0, 0x10000).Select(c => (sbyte)Reckon(c))];

    /// <summary>An ASCII character, or one of the constants above.</summary>
    public static int Fold(int c) => c < s_basic.Length ? s_basic[c] : Reckon(c);

    private static int Reckon(int c)
    {
        if (c < 0xc0)
        {
            return c switch
            {
                0xad => Drop,
                0xa0 => ' ',
                0xab or 0xbb => '"',
                0xb2 => '2',
                0xb3 => '3',
                0xb4 => '\'',
                0xb9 => '1',
                _ => Keep,
            };
        }

        if (c <= 0x17f) return Latin[c - 0xc0] is not ' ' and var letter ? letter : Keep;
        if (c is >= 0x300 and <= 0x36f or 0x61c or 0x180e or >= 0x200b and <= 0x200f or >= 0x202a and <= 0x202e
            or >= 0x2060 and <= 0x2064 or >= 0x2066 and <= 0x2069 or >= 0xfe00 and <= 0xfe0f or 0xfeff or >= 0xe0000 and <= 0xe007f)
            return Drop;
        if (c is >= 0x370 and <= 0x52f) return Digit(c) is >= 0 and var d ? d : Lookalikes.Contains((char)c, StringComparison.Ordinal) ? Lookalike : Keep;
        if (c is >= 0x1ea0 and <= 0x1ef9) return Vietnamese(c);
        if (c is >= 0x2000 and <= 0x206f or 0x20ac or >= 0x2212 and <= 0x2236) return Punctuation(c);
        if (c is >= 0xff01 and <= 0xff5e) return c - 0xfee0;
        if (c is >= 0x2460 and <= 0x2468) return c - 0x2460 + '1';
        if (c is >= 0x1d400 and < 0x1d6a4) return ((c - 0x1d400) % 52) is var n && n < 26 ? 'A' + n : 'a' + n - 26;
        return c switch
        {
            0x3000 or 0x1680 => ' ',
            0x3002 or 0xff61 or 0xfe52 => '.',
            0xfe58 or 0xfe63 => '-',
            0xfe6b => '@',
            _ => Digit(c),
        };
    }

    /// <summary>A letter of another alphabet stands for a Latin one where it is in one word with ASCII letters or digits, and
    /// the letters of its own alphabet beside it are look-alikes too. Text in that alphabet stays itself.</summary>
    public static int FoldLookalike(ReadOnlySpan<byte> text, int at, int c)
    {
        var mixed = false;
        for (var i = at; i > 0;)
        {
            if (Rune.DecodeLastFromUtf8(text[..i], out var before, out var length) != OperationStatus.Done) break;
            if (before.Value < 0x80)
            {
                mixed = char.IsAsciiLetterOrDigit((char)before.Value) || before.Value == '@';
                break;
            }

            if (Fold(before.Value) != Lookalike || at - i > 64) break;
            i -= length;
        }

        for (var i = at; i < text.Length && i - at < 64;)
        {
            if (Rune.DecodeFromUtf8(text[i..], out var here, out var length) != OperationStatus.Done) break;
            if (here.Value < 0x80)
            {
                mixed |= char.IsAsciiLetterOrDigit((char)here.Value);
                break;
            }

            if (Fold(here.Value) is var folded && folded != Lookalike)
            {
                if (folded == Keep && here.Value is >= 0x370 and <= 0x52f) return Keep;
                break;
            }

            i += length;
        }

        return mixed ? LookLike[Lookalikes.IndexOf((char)c, StringComparison.Ordinal)] : Keep;
    }

    private static int Digit(int c)
    {
        if (c is >= 0x1d7ce and <= 0x1d7ff) return ((c - 0x1d7ce) % 10) + '0';
        if (c > 0xffff) return Keep;
        var digit = CharUnicodeInfo.GetDecimalDigitValue((char)c);
        return digit < 0 ? Keep : digit + '0';
    }

    private static int Vietnamese(int c)
    {
        var letter = c switch
        {
            <= 0x1eb7 => 'a',
            <= 0x1ec7 => 'e',
            <= 0x1ecb => 'i',
            <= 0x1ee3 => 'o',
            <= 0x1ef1 => 'u',
            _ => 'y',
        };
        return (c & 1) == 0 ? letter - 32 : letter;
    }

    private static int Punctuation(int c) => c switch
    {
        <= 0x200a or 0x202f or 0x205f => ' ',
        >= 0x2010 and <= 0x2015 or 0x2043 or 0x2212 => '-',
        >= 0x2018 and <= 0x201b or 0x2032 => '\'',
        >= 0x201c and <= 0x201f or 0x2033 => '"',
        0x2024 or 0x2026 => '.',
        0x2028 or 0x2029 => '\n',
        0x2044 or 0x2215 => '/',
        0x2236 => ':',
        0x2022 => '*',
        _ => Keep,
    };
}
