using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>Names of persons: by what stands before them, and by lists of common names.</summary>
internal sealed class PersonMatcher(int entity)
{
    private const int MaxParts = 5;

    /// <summary>A name that begins at a capitalised word.</summary>
    public void MatchName(Scan scan, int i)
    {
        var traits = Traits(scan, i);
        // Known first or family names only; anything else needs a word before it.
        if ((traits & (WordTraits.FirstName | WordTraits.FamilyName)) == 0) return;
        if (i > 0 && IsPart(scan, i - 1) && Joins(scan, i - 1, i))
        {
            if ((Traits(scan, i - 1) & (WordTraits.FirstName | WordTraits.FamilyName)) != 0) return; // Begun there.
            if ((traits & WordTraits.FirstName) == 0)
            {
                MatchUnknownFirst(scan, i, traits);
                return;
            }
        }

        var parts = Read(scan, i, anyCase: false, out var end);
        var last = Traits(scan, i + parts - 1);
        var first = (traits & WordTraits.FirstName) != 0;
        var sure = (traits & WordTraits.AlsoAWord) == 0;
        var score = (parts, first, sure, (last & WordTraits.FamilyName) != 0) switch
        {
            ( >= 2, true, true, true) => 80,
            ( >= 2, true, true, false) => 60,
            ( >= 2, true, false, true) => 55,
            ( >= 2, true, false, false) => 25,
            ( >= 2, false, true, _) when (last & WordTraits.FirstName) != 0 => 50,
            ( >= 2, false, _, true) => 30,
            (1, true, true, _) => IsIntroduced(scan, i) ? 60 : 25,
            _ => 8,
        };
        if (parts == 1 && FamilyThenFirst(scan, i, out var inverted))
        {
            scan.Add(entity, scan.Atoms[i].Start, inverted, 60);
            return;
        }

        scan.Add(entity, scan.Atoms[i].Start, end, score);
    }

    /// <summary>A known family name behind a capitalised word that no list has: that one is likely the first name.</summary>
    private void MatchUnknownFirst(Scan scan, int i, WordTraits traits)
    {
        if ((traits & (WordTraits.FamilyName | WordTraits.AlsoAWord)) != WordTraits.FamilyName) return;
        Read(scan, i, anyCase: false, out var end);
        scan.Add(entity, scan.Atoms[i - 1].Start, end, 45);
    }

    /// <summary>A name behind a title, a label or a greeting.</summary>
    public void MatchLabel(Scan scan, int i, WordTraits traits)
    {
        var bytes = scan.Padded;
        var atoms = scan.Atoms;
        var next = i + 1;
        if (next >= atoms.Count || atoms[next].Start - atoms[i].End > 40) return;
        var gap = bytes[atoms[i].End..atoms[next].Start];
        if ((traits & WordTraits.Title) != 0)
        {
            if (gap.SequenceEqual(" "u8) || gap.SequenceEqual(". "u8)) Add(scan, next, 75);
            return;
        }

        if ((traits & WordTraits.Greeting) != 0)
        {
            // "Regards,\nAna", "Dear Ana," and, of the other words, "Thanks Ana": "Best Regards" and "Thanks To All" are none.
            var opens = bytes[atoms[i].Start] is (byte)'D' or (byte)'H' or (byte)'L' or (byte)'E' or (byte)'B';
            if (gap.SequenceEqual(" "u8) ? opens || (Traits(scan, next) & (WordTraits.FirstName | WordTraits.AlsoAWord)) == WordTraits.FirstName : gap.TrimStart(",!. \r\n-"u8).IsEmpty)
                Add(scan, next, 60);
            return;
        }

        if (atoms[next].Word != 0 && (Is(bytes, atoms[next], "is"u8) || Is(bytes, atoms[next], "was"u8)) && gap.SequenceEqual(" "u8))
        {
            if (next + 1 >= atoms.Count || !bytes[atoms[next].End..atoms[next + 1].Start].SequenceEqual(" "u8)) return;
            // Spoken words come without capitals: "my name is john smith".
            var name = Is(bytes, atoms[i], "name"u8) || Is(bytes, atoms[i], "surname"u8);
            Add(scan, next + 1, 75, anyCase: name);
            return;
        }

        if (gap.SequenceEqual(" "u8)) Add(scan, next, 50);
        else if (gap.ContainsAny((byte)':', (byte)'=') && !gap.Contains((byte)'\n')) Add(scan, next, 75, knownOnly: IsSaid(scan, i, next));
    }

    /// <summary>In a transcript "Caller:" stands before what is said: a word with more of a sentence behind it is no name that stands there alone.</summary>
    private static bool IsSaid(Scan scan, int label, int i)
    {
        var bytes = scan.Padded;
        var atoms = scan.Atoms;
        if (!Is(bytes, atoms[label], "caller"u8) && !Is(bytes, atoms[label], "agent"u8) && !Is(bytes, atoms[label], "customer"u8) && !Is(bytes, atoms[label], "client"u8)) return false;
        return bytes[atoms[i].End] switch
        {
            (byte)'\'' or (byte)'?' or (byte)'!' => true,
            (byte)' ' => i + 1 < atoms.Count && atoms[i + 1].Start == atoms[i].End + 1 && atoms[i + 1] is { IsCapitalised: false, IsWord: true },
            _ => false,
        };
    }

    /// <summary>"This is Ana", "I'm Ana", "it's Ana".</summary>
    private static bool IsIntroduced(Scan scan, int i)
    {
        var bytes = scan.Padded;
        var atoms = scan.Atoms;
        if (i < 2 || !bytes[atoms[i - 1].End..atoms[i].Start].SequenceEqual(" "u8) || atoms[i - 1].Start - atoms[i - 2].End != 1) return false;
        ref readonly var verb = ref atoms[i - 1];
        ref readonly var who = ref atoms[i - 2];
        return (Is(bytes, verb, "is"u8) || Is(bytes, verb, "s"u8)) ? Is(bytes, who, "this"u8) || Is(bytes, who, "it"u8) || Is(bytes, who, "name"u8)
            : (Is(bytes, verb, "am"u8) || Is(bytes, verb, "m"u8)) && Is(bytes, who, "i"u8);
    }

    private void Add(Scan scan, int i, int score, bool anyCase = false, bool knownOnly = false)
    {
        var traits = Traits(scan, i);
        if (!IsPart(scan, i) && !(anyCase && (traits & WordTraits.FirstName) != 0)) return;
        if ((traits & WordTraits.Title) != 0 && i + 1 < scan.Atoms.Count) i = SkipTitle(scan, i);
        if (!IsPart(scan, i) && !(anyCase && (Traits(scan, i) & WordTraits.FirstName) != 0)) return;
        var parts = Read(scan, i, anyCase, out var end);
        // One word that no list knows may be anything that begins a sentence.
        if (parts == 1 && (Traits(scan, i) & (WordTraits.FirstName | WordTraits.FamilyName)) == 0 && (score < 75 || knownOnly)) return;
        scan.Add(entity, scan.Atoms[i].Start, end, score);
    }

    private static int SkipTitle(Scan scan, int i)
    {
        var gap = scan.Bytes[scan.Atoms[i].End..scan.Atoms[i + 1].Start];
        return gap.SequenceEqual(" "u8) || gap.SequenceEqual(". "u8) ? i + 1 : i;
    }

    /// <summary>The parts of a name from here, particles between them included.</summary>
    private static int Read(Scan scan, int i, bool anyCase, out int end)
    {
        var atoms = scan.Atoms;
        var parts = 1;
        var (last, n) = (i, i + 1);
        for (; n < atoms.Count && n - i < MaxParts && Joins(scan, n - 1, n); n++)
        {
            if (IsPart(scan, n) || (anyCase && IsSpokenPart(scan, i, n))) last = n;
            else if ((Traits(scan, n) & WordTraits.NameParticle) == 0) break;
        }

        parts += last - i;
        end = atoms[last].End;
        return parts;
    }

    /// <summary>Without capitals: a name of the lists, or one word that no list has behind a first name.</summary>
    private static bool IsSpokenPart(Scan scan, int first, int n)
    {
        if ((Traits(scan, n) & (WordTraits.FirstName | WordTraits.FamilyName)) != 0) return true;
        return n == first + 1 && scan.Atoms[n] is { Word: 0, IsWord: true, Length: >= 4 } && !scan.Bytes[..scan.Atoms[n].End].EndsWith("ing"u8);
    }

    /// <summary>"Lima, Ana"</summary>
    private static bool FamilyThenFirst(Scan scan, int i, out int end)
    {
        var atoms = scan.Atoms;
        end = 0;
        if (i + 1 >= atoms.Count || (Traits(scan, i) & WordTraits.FamilyName) == 0) return false;
        if (!scan.Bytes[atoms[i].End..atoms[i + 1].Start].SequenceEqual(", "u8)) return false;
        if (!IsPart(scan, i + 1) || (Traits(scan, i + 1) & (WordTraits.FirstName | WordTraits.AlsoAWord)) != WordTraits.FirstName) return false;
        Read(scan, i + 1, anyCase: false, out end);
        return true;
    }

    /// <summary>A capitalised word of letters that isn't one of those that begin sentences and headings.</summary>
    private static bool IsPart(Scan scan, int i)
    {
        ref readonly var atom = ref scan.Atoms[i];
        if (!atom.IsCapitalised || atom.Length > 24) return false;
        if (atom.Length == 1) return scan.Padded[atom.End] is (byte)'.' or (byte)'\''; // An initial, O'…
        var traits = Traits(scan, i);
        return (traits & WordTraits.NoName) == 0 || (traits & (WordTraits.FirstName | WordTraits.FamilyName)) != 0;
    }

    /// <summary>A blank, a hyphen or an apostrophe; behind an initial a full stop; one line break.</summary>
    private static bool Joins(Scan scan, int a, int b)
    {
        var atoms = scan.Atoms;
        var gap = scan.Bytes[atoms[a].End..atoms[b].Start];
        return gap.Length switch
        {
            1 => gap[0] is (byte)' ' or (byte)'-' or (byte)'\'',
            2 => gap[0] == '.' && gap[1] == ' ' && atoms[a].Length == 1,
            _ => false,
        };
    }

    private static bool Is(ReadOnlySpan<byte> bytes, in Atom atom, ReadOnlySpan<byte> word)
    {
        if (atom.Length != word.Length) return false;
        for (var i = 0; i < word.Length; i++)
        {
            if ((bytes[atom.Start + i] | 0x20) != word[i]) return false;
        }

        return true;
    }

    private static WordTraits Traits(Scan scan, int i) => scan.Words.Traits(scan.Atoms[i].Word);
}
