using System.Globalization;
using System.Text;
using SecureExchange.Masking.Lists;

namespace SecureExchange.Masking.Transforms;

/// <summary>Makes pseudonyms of a kind and country out of a choice, in the form that the value has: "Lima, Ana" gets a family name, a
/// comma and a given name, and capitals get capitals.</summary>
internal sealed class PseudonymMaker(string kind, string locale)
{
    private static readonly string[] s_kinds = ["person", "given-name", "family-name", "email", "phone", "street", "city"];

    // Reserved for examples (RFC 2606): nobody gets what is sent there.
    private static readonly byte[][] s_domains = ["example.com"u8.ToArray(), "example.org"u8.ToArray(), "example.net"u8.ToArray()];

    private readonly NameLists _lists = NameLists.Of(locale);

    public static string Kinds => string.Join(", ", s_kinds);

    public static bool IsKind(string kind) => s_kinds.Contains(kind);

    /// <summary>Makes one.</summary>
    /// <param name="value">What it stands for, for its form only.</param>
    /// <param name="choice">Decides which.</param>
    /// <param name="attempt">From the second on there is more of it, so that many differ.</param>
    public byte[] Make(ReadOnlySpan<byte> value, ulong choice, int attempt)
    {
        var made = kind switch
        {
            "given-name" => attempt == 0 ? Of(_lists.Neutral, ref choice) : $"{Of(_lists.Neutral, ref choice)}-{Of(_lists.Neutral, ref choice)}",
            "family-name" => attempt == 0 ? Of(_lists.Family, ref choice) : $"{Of(_lists.Family, ref choice)}-{Of(_lists.Family, ref choice)}",
            "person" => Person(value, ref choice, attempt),
            "email" => Email(ref choice, attempt),
            "phone" => Phone(value, choice),
            "street" => Street(ref choice),
            _ => attempt == 0 ? Of(_lists.Cities, ref choice) : $"{Of(_lists.Cities, ref choice)} {Letter(ref choice)}",
        };
        return Encoding.UTF8.GetBytes(IsUpper(value) ? made.ToUpperInvariant() : made);
    }

    private string Person(ReadOnlySpan<byte> value, ref ulong choice, int attempt)
    {
        var (given, family) = (Of(_lists.Neutral, ref choice), Of(_lists.Family, ref choice));
        var middle = attempt == 0 ? "" : attempt < 100 ? $" {Letter(ref choice)}." : $" {Letter(ref choice)}. {Letter(ref choice)}.";
        if (value.Contains((byte)',')) return $"{family}, {given}{middle}";
        return value.Contains((byte)' ') || attempt > 0 ? $"{given}{middle} {family}" : given;
    }

    private string Email(ref ulong choice, int attempt)
    {
        var (given, family) = (Fold(Of(_lists.Neutral, ref choice)), Fold(Of(_lists.Family, ref choice)));
        var number = KeyedChoice.Take(ref choice, attempt < 10 ? 9_000 : 9_000_000) + (attempt < 10 ? 1_000 : 1_000_000);
        return string.Create(CultureInfo.InvariantCulture, $"{given}.{family}{number}@{Of(s_domains, ref choice)}");
    }

    private string Street(ref ulong choice)
    {
        var street = Of(_lists.Streets, ref choice);
        var number = (KeyedChoice.Take(ref choice, locale is "us" or "ph" ? 998 : 198) + 1).ToString(CultureInfo.InvariantCulture);
        return locale is "de" ? $"{street} {number}" : locale is "fr" ? $"{number}, {street}" : $"{number} {street}";
    }

    /// <summary>The digits change, all else stays, and so does what is in front of the number proper: a plus with its country code, zeros.
    /// Ten digits in the United States become a number of the block that is kept for fiction.</summary>
    private string Phone(ReadOnlySpan<byte> value, ulong choice)
    {
        var text = Encoding.UTF8.GetString(value).ToCharArray();
        var digits = new List<int>();
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i])) digits.Add(i);
        }

        var keep = 0;
        if (value is [(byte)'+', ..]) keep = Math.Min(digits.Count, locale is "us" ? 1 : 2);
        else if (locale is "us" && digits.Count == 11 && text[digits[0]] == '1') keep = 1;
        while (keep < digits.Count && text[digits[keep]] == '0') keep++;
        var state = choice;
        for (var k = keep; k < digits.Count; k++)
        {
            // One round of SplitMix64 for each digit, seeded by the keyed choice.
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            text[digits[k]] = (char)('0' + (k == keep ? 2 + ((mixed >> 33) % 8) : (mixed >> 33) % 10));
        }

        if (locale is "us" && digits.Count - keep == 10) // NPA-555-01xx
        {
            foreach (var (at, digit) in "55501".Index()) text[digits[keep + 3 + at]] = digit;
        }

        return new string(text);
    }

    private static string Of(byte[][] list, ref ulong choice) => Encoding.UTF8.GetString(list[KeyedChoice.Take(ref choice, list.Length)]);

    private static char Letter(ref ulong choice) => (char)('A' + KeyedChoice.Take(ref choice, 26));

    /// <summary>A name in ASCII, for an address: marks are left off.</summary>
    private static string Fold(string name)
    {
        var plain = name.Replace("ß", "ss", StringComparison.Ordinal).Normalize(NormalizationForm.FormD);
        return string.Concat(plain.Where(char.IsAsciiLetter)).ToLowerInvariant();
    }

    private static bool IsUpper(ReadOnlySpan<byte> value)
    {
        var upper = false;
        for (var rest = value; !rest.IsEmpty;)
        {
            Rune.DecodeFromUtf8(rest, out var rune, out var size);
            if (Rune.IsLower(rune)) return false;
            upper |= Rune.IsUpper(rune);
            rest = rest[size..];
        }

        return upper && value.Length > 1;
    }
}
