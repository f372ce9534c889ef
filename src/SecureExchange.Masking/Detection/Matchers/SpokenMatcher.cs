using SecureExchange.Masking.Detection.Checks;
using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>Numbers and addresses as they are read out and written down by a transcriber: "four one one one …", "john dot smith at
/// example dot com".</summary>
internal sealed class SpokenMatcher(int card, int phone, int ssn, int number, int email)
{
    private const int LeastDigits = 7;
    private const int MostDigits = 19;

    /// <summary>Null if nobody asked for what it finds.</summary>
    public static SpokenMatcher? Create(DetectorRules rules)
    {
        var (card, phone, ssn) = (rules.IndexOf("CREDIT_CARD"), rules.IndexOf("PHONE_NUMBER"), rules.IndexOf("US_SSN"));
        var (number, email) = (rules.IndexOf("SPOKEN_NUMBER"), rules.IndexOf("EMAIL_ADDRESS"));
        return card < 0 && phone < 0 && ssn < 0 && number < 0 && email < 0 ? null : new SpokenMatcher(card, phone, ssn, number, email);
    }

    /// <summary>At a digit in words.</summary>
    public void MatchDigits(Scan scan, int i)
    {
        if (i > 0 && IsSpoken(scan, i - 1) && Joins(scan, i)) return; // Begun before.
        Span<byte> digits = stackalloc byte[MostDigits];
        var (count, times, last) = (0, 1, i);
        for (var n = i; n < scan.Atoms.Count && (n == i || Joins(scan, n)); n++)
        {
            if (!IsSpoken(scan, n)) break;
            var value = Value(scan.Bytes[scan.Atoms[n].Start..scan.Atoms[n].End]);
            if (value > 9)
            {
                times = value - 8; // double, triple
                continue;
            }

            if (count + times > MostDigits) return;
            for (; times > 0; times--) digits[count++] = (byte)value;
            (times, last) = (1, n);
        }

        if (count >= LeastDigits) Add(scan, digits[..count], scan.Atoms[i].Start, scan.Atoms[last].End);
    }

    /// <summary>At the word "at".</summary>
    public void MatchEmail(Scan scan, int i)
    {
        var atoms = scan.Atoms;
        if (email < 0 || i == 0 || i + 3 >= atoms.Count || atoms[i].Length != 2 || !IsDot(scan, i + 2) || !Joins(scan, i) || !Joins(scan, i + 1)) return;
        var last = i + 1;
        while (last + 2 < atoms.Count && IsDot(scan, last + 1) && Joins(scan, last + 1) && Joins(scan, last + 2)) last += 2;
        if (!TopLevelDomains.IsKnown(scan.Bytes[atoms[last].Start..atoms[last].End])) return;
        var first = i - 1;
        while (first >= 2 && IsDot(scan, first - 1) && Joins(scan, first - 1) && Joins(scan, first)) first -= 2;
        if (first > 0 && Joins(scan, first) && IsName(scan, first) && IsName(scan, first - 1)) first--;
        scan.Add(email, atoms[first].Start, atoms[last].End, 80);
    }

    private void Add(Scan scan, ReadOnlySpan<byte> digits, int start, int end)
    {
        if (card >= 0 && digits.Length >= 13 && Luhn.IsValid(digits)) scan.Add(card, start, end, 80);
        else if (phone >= 0 && digits.Length is 10 or 11) scan.Add(phone, start, end, 60);
        else if (ssn >= 0 && digits.Length == 9) scan.Add(ssn, start, end, 50);
        else if (number >= 0) scan.Add(number, start, end, 45);
    }

    private static int Value(ReadOnlySpan<byte> word) => (word[0] | 0x20, word.Length) switch
    {
        ('z', _) or ('o', 2) => 0,
        ('o', _) => 1,
        ('t', 3) => 2,
        ('t', 5) => 3,
        ('f', _) => (word[1] | 0x20) == 'o' ? 4 : 5,
        ('s', 3) => 6,
        ('s', _) => 7,
        ('e', _) => 8,
        ('n', _) => 9,
        ('d', _) => 10,
        _ => 11,
    };

    private static bool IsSpoken(Scan scan, int i) => (Traits(scan, i) & WordTraits.SpokenDigit) != 0;

    private static bool IsDot(Scan scan, int i) => scan.Atoms[i].Length == 3 && (Traits(scan, i) & WordTraits.SpokenSign) != 0;

    private static bool IsName(Scan scan, int i) => (Traits(scan, i) & (WordTraits.FirstName | WordTraits.FamilyName)) != 0;

    /// <summary>Blanks, a comma, a hyphen, a line's end: as people pause.</summary>
    private static bool Joins(Scan scan, int i)
    {
        var gap = scan.Bytes[scan.Atoms[i - 1].End..scan.Atoms[i].Start];
        return gap.Length <= 4 && gap.TrimStart(" ,-.\r\n"u8).IsEmpty;
    }

    private static WordTraits Traits(Scan scan, int i) => scan.Words.Traits(scan.Atoms[i].Word);
}
