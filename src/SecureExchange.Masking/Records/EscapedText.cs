using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Masking.Records;

/// <summary>The inside of a JSON string by its text, and where each byte of that stands among the escapes.</summary>
internal sealed class EscapedText
{
    private byte[] _text = new byte[256];
    private int[] _places = new int[257];
    private int _length;

    public ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

    /// <summary>Where the byte of the text begins in the raw string.</summary>
    public int Place(int at) => _places[at];

    /// <param name="raw">A valid string's inside. No text is longer than its escapes.</param>
    public void Load(ReadOnlySpan<byte> raw)
    {
        if (_text.Length < raw.Length)
        {
            CryptographicOperations.ZeroMemory(_text);
            (_text, _places) = (new byte[2 * raw.Length], new int[(2 * raw.Length) + 1]);
        }

        _length = 0;
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < raw.Length;)
        {
            var start = at;
            if (raw[at] != '\\')
            {
                Add(raw[at++], start);
                continue;
            }

            var rune = ReadEscape(raw, ref at);
            foreach (var b in bytes[..rune.EncodeToUtf8(bytes)]) Add(b, start);
        }

        _places[_length] = raw.Length;
    }

    public void Zero()
    {
        CryptographicOperations.ZeroMemory(_text);
        _length = 0;
    }

    private static Rune ReadEscape(ReadOnlySpan<byte> raw, ref int at)
    {
        var letter = raw[at + 1];
        at += 2;
        switch (letter)
        {
            case (byte)'n': return new Rune('\n');
            case (byte)'r': return new Rune('\r');
            case (byte)'t': return new Rune('\t');
            case (byte)'b': return new Rune('\b');
            case (byte)'f': return new Rune('\f');
            case (byte)'u': break;
            default: return new Rune(letter);
        }

        var unit = Unit(raw[at..]);
        at += 4;
        if (!char.IsHighSurrogate(unit) || raw.Length < at + 6) return Rune.TryCreate(unit, out var rune) ? rune : Rune.ReplacementChar;
        var low = Unit(raw[(at + 2)..]);
        at += 6;
        return Rune.TryCreate(unit, low, out var pair) ? pair : Rune.ReplacementChar;
    }

    private static char Unit(ReadOnlySpan<byte> hex) => (char)ushort.Parse(hex[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private void Add(byte b, int place)
    {
        _text[_length] = b;
        _places[_length++] = place;
    }
}
