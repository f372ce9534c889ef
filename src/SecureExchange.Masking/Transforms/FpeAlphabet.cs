using System.Collections.Frozen;
using System.Runtime.Intrinsics;
using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>Which characters are encrypted, and which stay in place. Any other one refuses the value: a letter that stood
/// in a field of digits would otherwise go out in clear.</summary>
internal sealed class FpeAlphabet
{
    /// <summary>What <see cref="Collect"/> answers when there is a character that belongs nowhere.</summary>
    public const int Foreign = -1;

    /// <summary>The most characters: as many as ASCII prints.</summary>
    private const int MaxRadix = 95;

    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Names = "digits, lower, upper, letters, digits-upper, digits-lower, alphanumeric, hex, HEX, german, french, spanish, greek, cyrillic";
    private const short Separator = -1;
    private const short Neither = -2;

    private readonly short[] _numerals = new short[128];
    private readonly FrozenDictionary<int, short> _others;
    private readonly byte[][] _characters;

    private FpeAlphabet(string characters, string separators)
    {
        _characters = [.. characters.EnumerateRunes().Select(rune => Encoding.UTF8.GetBytes(rune.ToString()))];
        Array.Fill(_numerals, Neither);
        foreach (var separator in separators) _numerals[separator] = Separator;
        var others = new Dictionary<int, short>();
        foreach (var (i, rune) in characters.EnumerateRunes().Index())
        {
            if (rune.IsAscii) _numerals[rune.Value] = (short)i;
            else others[rune.Value] = (short)i;
        }

        _others = others.ToFrozenDictionary();
        MaxGrowth = _characters.Max(character => character.Length);
        Span<byte> halves = stackalloc byte[16];
        halves.Clear();
        for (var c = 0; c < 128; c++) halves[c & 15] |= _numerals[c] == Separator ? (byte)(1 << (c >> 4)) : (byte)0;
        Separators = Vector128.Create<byte>(halves);
    }

    public int Radix => _characters.Length;

    /// <summary>How many bytes of masked value come of one byte of value, at most.</summary>
    public int MaxGrowth { get; }

    /// <summary>Whether the alphabet is the ten digits.</summary>
    public bool IsDigits => Radix == 10 && _numerals['0'] == 0 && _numerals['9'] == 9;

    /// <summary>The separators: for each lower half of a character's byte the upper halves with which it is one, as bits.</summary>
    public Vector128<byte> Separators { get; }

    public static FpeAlphabet Read(ProfileSection options)
    {
        var name = options.Text("alphabet");
        var characters = Named(name) ?? name;
        var runes = characters.EnumerateRunes().ToList();
        // Quotes, delimiters and what a spreadsheet takes for a formula must not come out of the cipher; and what is normalised on the
        // way would come back as something else.
        if (runes.Count is < 2 or > MaxRadix || runes.Distinct().Count() != runes.Count || !characters.IsNormalized(NormalizationForm.FormC)
            || runes.Any(rune => rune.IsAscii ? rune.Value is <= ' ' or > '~' or '"' or '\\' or ',' or ';' or '=' or '+' or '-' or '@' or '\'' : !Rune.IsLetterOrDigit(rune)))
            throw options.Wrong("alphabet", $"a name ({Names}) or 2 to {MaxRadix} different characters: ASCII but for blanks and \" \\ , ; = + - @ ', and letters and digits of any script");
        var separators = options.OptionalText("separators") ?? " -./()+_:#";
        if (separators.Any(c => c is < ' ' or > '~' or '"' or '\\' || char.IsAsciiLetterOrDigit(c)))
            throw options.Wrong("separators", "ASCII punctuation that isn't in the alphabet, no quotes or backslashes");
        // Of the usual separators those that the alphabet has are encrypted; naming one that it has is a mistake.
        if (options.OptionalText("separators") is not null && separators.Any(c => characters.Contains(c, StringComparison.Ordinal)))
            throw options.Wrong("separators", "ASCII punctuation that isn't in the alphabet, no quotes or backslashes");
        return new FpeAlphabet(characters, separators);
    }

    /// <summary>The same, with capitals that aren't in it left in place.</summary>
    public FpeAlphabet KeepingCapitals() => new(
        string.Concat(_characters.Select(Encoding.UTF8.GetString)),
        string.Concat(Enumerable.Range(0, 128).Where(c => _numerals[c] == Separator || (_numerals[c] == Neither && char.IsAsciiLetterUpper((char)c))).Select(c => (char)c)));

    /// <summary>The numerals of a value, separators left out.</summary>
    /// <returns>How many there are, those that didn't fit counted too; or <see cref="Foreign"/>.</returns>
    public int Collect(ReadOnlySpan<byte> value, Span<ushort> numerals)
    {
        var count = 0;
        for (var i = 0; i < value.Length; i++)
        {
            short numeral;
            if (value[i] < 128)
            {
                numeral = _numerals[value[i]];
            }
            else
            {
                Rune.DecodeFromUtf8(value[i..], out var rune, out var size);
                if (!_others.TryGetValue(rune.Value, out numeral)) return Foreign;
                i += size - 1;
            }

            if (numeral == Neither) return Foreign;
            if (numeral == Separator) continue;
            if (count < numerals.Length) numerals[count] = (ushort)numeral;
            count++;
        }

        return count;
    }

    /// <summary>Writes a value anew, with other numerals in the places that <see cref="Collect"/> took them from.</summary>
    /// <returns>Bytes written.</returns>
    public int Write(ReadOnlySpan<byte> value, ReadOnlySpan<ushort> numerals, Span<byte> output)
    {
        var (next, length) = (0, 0);
        for (var i = 0; i < value.Length; i++)
        {
            var b = value[i];
            if (b < 128 && _numerals[b] < 0)
            {
                output[length++] = b;
                continue;
            }

            if (b >= 128)
            {
                Rune.DecodeFromUtf8(value[i..], out _, out var size);
                i += size - 1;
            }

            var character = _characters[numerals[next++]];
            if (character.Length == 1) output[length++] = character[0];
            else
            {
                character.CopyTo(output[length..]);
                length += character.Length;
            }
        }

        return length;
    }

    /// <summary>Where a character of the alphabet stands, separators not counted; or the value's end.</summary>
    public int IndexOf(ReadOnlySpan<byte> value, int character)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if ((value[i] & 0xC0) == 0x80 || (value[i] < 128 && _numerals[value[i]] < 0)) continue;
            if (character-- == 0) return i;
        }

        return value.Length;
    }

    private static string? Named(string name) => name switch
    {
        "digits" => Digits,
        "lower" => Lower,
        "upper" => Upper,
        "letters" => Upper + Lower,
        "digits-upper" => Digits + Upper,
        "digits-lower" => Digits + Lower,
        "alphanumeric" => Digits + Upper + Lower,
        "hex" => Digits + "abcdef",
        "HEX" => Digits + "ABCDEF",
        "german" => Upper + Lower + "ÄÖÜäöüß",
        "french" => Upper + Lower + "ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜàâæçéèêëîïôœùûü",
        "spanish" => Upper + Lower + "ÁÉÍÑÓÚÜáéíñóúü",
        "greek" => "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏαβγδεζηθικλμνξοπρστυφχψωςάέήίόύώ",
        "cyrillic" => "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЁІЇЄабвгдежзийклмнопрстуфхцчшщъыьэюяёіїє",
        _ => null,
    };
}
