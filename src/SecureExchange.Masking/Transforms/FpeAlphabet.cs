using System.Text;
using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>Which characters are encrypted, and which stay in place. Any other one refuses the value: a letter that stood
/// in a field of digits would otherwise go out in clear.</summary>
internal sealed class FpeAlphabet
{
    /// <summary>What <see cref="Collect"/> answers when there is a character that belongs nowhere.</summary>
    public const int Foreign = -1;

    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const short Separator = -1;
    private const short Neither = -2;

    private readonly short[] _numerals = new short[256];
    private readonly byte[] _characters;

    private FpeAlphabet(string characters, string separators)
    {
        _characters = Encoding.ASCII.GetBytes(characters);
        Array.Fill(_numerals, Neither);
        foreach (var separator in separators) _numerals[separator] = Separator;
        for (var i = 0; i < _characters.Length; i++) _numerals[_characters[i]] = (short)i;
    }

    public int Radix => _characters.Length;

    public static FpeAlphabet Read(ProfileSection options)
    {
        var characters = options.Text("alphabet") switch
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
            var custom => custom,
        };
        // Quotes, delimiters and what a spreadsheet takes for a formula must not come out of the cipher.
        if (characters.Length < 2 || characters.Distinct().Count() != characters.Length
            || characters.Any(c => c is <= ' ' or > '~' or '"' or '\\' or ',' or ';' or '=' or '+' or '-' or '@' or '\''))
            throw options.Wrong("alphabet", "a name (digits, lower, upper, letters, digits-upper, digits-lower, alphanumeric, hex, HEX) "
                + "or at least two different ASCII characters, none of them blank or \" \\ , ; = + - @ '");
        var separators = options.OptionalText("separators") ?? " -./()+_:#";
        if (separators.Any(c => c is < ' ' or > '~' or '"' or '\\' || char.IsAsciiLetterOrDigit(c) || characters.Contains(c, StringComparison.Ordinal)))
            throw options.Wrong("separators", "ASCII punctuation that isn't in the alphabet, no quotes or backslashes");
        return new FpeAlphabet(characters, separators);
    }

    /// <summary>The numerals of a value, separators left out.</summary>
    /// <returns>How many there are, those that didn't fit counted too; or <see cref="Foreign"/>.</returns>
    public int Collect(ReadOnlySpan<byte> value, Span<ushort> numerals)
    {
        var count = 0;
        foreach (var b in value)
        {
            var numeral = _numerals[b];
            if (numeral == Neither) return Foreign;
            if (numeral == Separator) continue;
            if (count < numerals.Length) numerals[count] = (ushort)numeral;
            count++;
        }

        return count;
    }

    /// <summary>Writes numerals over the characters that <see cref="Collect"/> took them from.</summary>
    public void Spread(ReadOnlySpan<ushort> numerals, Span<byte> value)
    {
        var next = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (_numerals[value[i]] >= 0) value[i] = _characters[numerals[next++]];
        }
    }
}
