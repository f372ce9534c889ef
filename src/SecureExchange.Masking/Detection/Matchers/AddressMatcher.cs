using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>Postal addresses: a number and a street in the order of the country, and the place behind it.</summary>
internal sealed class AddressMatcher(int entity)
{
    private const int MaxWords = 6;
    private const int MaxTail = 12;

    /// <summary>At a house number that comes first: "12 High Street", "12 rue de la Paix".</summary>
    public void MatchNumber(Scan scan, int i)
    {
        if (scan.Atoms[i].Length > 6 || (i > 0 && scan.Atoms[i].Start > 0 && scan.Bytes[scan.Atoms[i].Start - 1] is (byte)'.' or (byte)'/' or (byte)'-' or (byte)':' or (byte)'#')) return;
        var atoms = scan.Atoms;
        for (var n = i + 1; n < atoms.Count && n <= i + MaxWords && IsGap(scan, n - 1, n); n++)
        {
            var traits = scan.Words.Traits(atoms[n].Word);
            if ((traits & WordTraits.StreetPrefix) != 0 && n == i + 1)
            {
                var end = n;
                for (var m = n + 1; m < atoms.Count && m <= n + MaxWords && IsGap(scan, m - 1, m) && (atoms[m].IsCapitalised || (atoms[m].IsWord && atoms[m].Length <= 3)); m++)
                {
                    if (atoms[m].IsCapitalised) end = m;
                }

                if (end > n) Add(scan, i, end, 60);
                return;
            }

            if (n > i + 1 && (traits & WordTraits.StreetType) != 0 && (atoms[n].IsCapitalised || atoms[n].Length > 3))
            {
                Add(scan, i, n, 65);
                return;
            }

            if (!atoms[n].IsCapitalised && !IsOrdinal(scan, n)) return;
        }
    }

    /// <summary>At a street that comes before its number: "Calle Mayor 5", "Via Roma, 12".</summary>
    public void MatchStreet(Scan scan, int i)
    {
        var atoms = scan.Atoms;
        if (!atoms[i].IsCapitalised || (i > 0 && (atoms[i - 1].IsCapitalised || atoms[i - 1].HasDigit) && IsGap(scan, i - 1, i))) return;
        for (var n = i + 1; n < atoms.Count && n <= i + MaxWords && IsGap(scan, n - 1, n); n++)
        {
            if (n > i + 1 && atoms[n] is { HasDigit: true, Length: <= 5 })
            {
                Add(scan, i, n, 60);
                return;
            }

            if (!atoms[n].IsCapitalised && !(atoms[n].IsWord && atoms[n].Length <= 3)) return;
        }
    }

    /// <summary>At a number behind a street: "Lindenstraße 5", "Berliner Str. 12a", "Kerkstraat 7".</summary>
    public void MatchNumberBehind(Scan scan, int i)
    {
        var atoms = scan.Atoms;
        if (i == 0 || atoms[i].Length > 5 || !atoms[i - 1].IsWord || !IsGap(scan, i - 1, i)) return;
        ref readonly var street = ref atoms[i - 1];
        var name = scan.Bytes[street.Start..street.End];
        var ending = StreetEnding(name);
        if (ending == 0) return;
        if (ending < name.Length)
        {
            if (street.IsCapitalised && name.Length - ending >= 3) Add(scan, i - 1, i, 60);
        }
        else if (i > 1 && atoms[i - 2].IsCapitalised && IsGap(scan, i - 2, i - 1))
        {
            Add(scan, i - 2, i, 60);
        }
    }

    /// <summary>The length of the part of a word that makes it a street's name.</summary>
    private static int StreetEnding(ReadOnlySpan<byte> name)
    {
        if (name.Length < 3 || !CanEndStreet(name[^2] | 0x20, name[^1] | 0x20)) return 0;
        Span<byte> lower = stackalloc byte[8];
        var tail = name[Math.Max(0, name.Length - 8)..];
        for (var i = 0; i < tail.Length; i++) lower[i] = (byte)(tail[i] | 0x20);
        lower = lower[..tail.Length];
        if (lower.EndsWith("strasse"u8)) return 7;
        if (lower.EndsWith("strase"u8) || lower.EndsWith("straat"u8)) return 6;
        if (lower.EndsWith("platz"u8) || lower.EndsWith("allee"u8) || lower.EndsWith("gasse"u8) || lower.EndsWith("gatan"u8) || lower.EndsWith("vagen"u8) || lower.EndsWith("gracht"u8)) return 5;
        if (lower.EndsWith("damm"u8) || lower.EndsWith("ufer"u8)) return 4;
        return lower.EndsWith("str"u8) || lower.EndsWith("weg"u8) ? 3 : 0;
    }

    /// <summary>Most words don't even have the last two letters of one of the endings.</summary>
    private static bool CanEndStreet(int secondLast, int last) => (secondLast, last) is
        ('s', 'e') or ('e', 'e') or ('a', 't') or ('h', 't') or ('t', 'z') or ('a', 'n') or ('e', 'n') or ('m', 'm') or ('e', 'r') or ('t', 'r') or ('e', 'g');

    private void Add(Scan scan, int first, int last, int score)
    {
        var end = Tail(scan, last, out var place);
        scan.Add(entity, scan.Atoms[first].Start, end, Math.Min(95, place ? score + 25 : score));
    }

    /// <summary>Flat, city, state and postcode behind a street. Words count only if a postcode follows them.</summary>
    private static int Tail(Scan scan, int last, out bool place)
    {
        var atoms = scan.Atoms;
        var end = atoms[last].End;
        place = false;
        for (var n = last + 1; n < atoms.Count && n <= last + MaxTail; n++)
        {
            var gap = scan.Bytes[atoms[n - 1].End..atoms[n].Start];
            if (gap.Length > 4 || !gap.TrimStart(" ,.#-\r\n>"u8).IsEmpty || gap.Count((byte)'\n') > 1) break;
            if (IsUnit(scan, n - 1) || gap.Contains((byte)'#'))
            {
                end = atoms[n].End;
                continue;
            }

            if (IsPostcode(scan, n, out var more))
            {
                place = true;
                return City(scan, n + more, gap.Contains((byte)','));
            }

            // A full stop ends the sentence unless it is an abbreviation's.
            if (gap.Contains((byte)'.') && n > last + 1 && atoms[n - 1].Length > 4) break;
            if (!atoms[n].IsCapitalised && !IsUnit(scan, n)) break;
        }

        return end;
    }

    /// <summary>Postcodes of four to six digits, ZIP+4, and those of the United Kingdom.</summary>
    private static bool IsPostcode(Scan scan, int n, out int more)
    {
        var atoms = scan.Atoms;
        more = 0;
        var next = n + 1 < atoms.Count && atoms[n + 1].Start == atoms[n].End + 1;
        if (atoms[n] is { IsNumber: true, Length: >= 4 and <= 6 })
        {
            if (next && atoms[n].Length == 5 && atoms[n + 1] is { IsNumber: true, Length: 4 } && scan.Bytes[atoms[n].End] == '-') more = 1;
            return true;
        }

        if (!next || atoms[n].Length > 4 || !atoms[n].HasDigit || atoms[n].IsNumber || !atoms[n + 1].HasDigit || atoms[n + 1].Length != 3) return false;
        more = 1;
        return scan.Bytes[atoms[n].Start] is >= (byte)'A' and <= (byte)'Z';
    }

    /// <summary>The city behind a postcode that stood directly behind the street: "…, 10115 Berlin".</summary>
    private static int City(Scan scan, int postcode, bool cityFollows)
    {
        var atoms = scan.Atoms;
        var n = postcode;
        while (cityFollows && n < postcode + 2 && n + 1 < atoms.Count && atoms[n + 1].IsCapitalised && scan.Bytes[atoms[n].End..atoms[n + 1].Start] is [(byte)' ' or (byte)'-']) n++;
        return atoms[n].End;
    }

    private static bool IsUnit(Scan scan, int i)
    {
        var word = scan.Bytes[scan.Atoms[i].Start..scan.Atoms[i].End];
        return word.SequenceEqual("apt"u8) || word.SequenceEqual("Apt"u8) || word.SequenceEqual("Suite"u8) || word.SequenceEqual("suite"u8)
            || word.SequenceEqual("Unit"u8) || word.SequenceEqual("unit"u8) || word.SequenceEqual("Flat"u8) || word.SequenceEqual("flat"u8) || word.SequenceEqual("floor"u8) || word.SequenceEqual("Floor"u8);
    }

    private static bool IsOrdinal(Scan scan, int i) => scan.Atoms[i] is { HasDigit: true, Length: <= 5 } && (scan.Atoms[i].Kinds & AtomKinds.Lower) != 0;

    private static bool IsGap(Scan scan, int a, int b)
    {
        var gap = scan.Bytes[scan.Atoms[a].End..scan.Atoms[b].Start];
        return gap.Length is 1 or 2 && gap[0] is (byte)' ' or (byte)'.' or (byte)',' or (byte)'-' or (byte)'\'' && gap[^1] is (byte)' ' or (byte)'-' or (byte)'\'';
    }
}
