using SecureExchange.Masking.Detection.Text;

namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>Telephone numbers: with a country's code, or as they are dialled within one.</summary>
internal sealed class PhoneMatcher(int entity)
{
    private const int MaxDigits = 15;
    private const int MaxGap = 4;

    /// <param name="scan">The text.</param>
    /// <param name="i">An atom of digits.</param>
    public void Match(Scan scan, int i)
    {
        var bytes = scan.Padded;
        var atoms = scan.Atoms;
        var start = atoms[i].Start;
        var before = start > 0 ? bytes[start - 1] : (byte)0;
        var bracket = before == '(';
        if (bracket)
        {
            start--;
            before = start > 0 ? bytes[start - 1] : (byte)0;
        }

        var international = before == '+';
        if (international) start--;
        // Not the rest of a longer number, nor of what is written with a point.
        else if (before is (byte)'.' or (byte)'/' or (byte)'-' or (byte)'_' or (byte)'#' && start > 1 && Scan.IsAlphanumeric(bytes[start - 2])) return;

        // By itself it is too short, and nothing near goes on with it: most numbers.
        if (!international && atoms[i].Length < PhoneNumbers.Least && !GoesOn(bytes, atoms, i)) return;

        Span<byte> digits = stackalloc byte[MaxDigits];
        Span<byte> groups = stackalloc byte[8];
        var (count, groupCount, lineEnds, separators) = (0, 0, 0, PhoneSeparators.None);
        var (bestEnd, bestScore) = (0, 0);
        for (var n = i; n < atoms.Count && groupCount < groups.Length; n++)
        {
            ref readonly var atom = ref atoms[n];
            if (!atom.IsNumber || count + atom.Length > MaxDigits) break;
            if (n > i && !TryJoin(bytes[atoms[n - 1].End..atom.Start], ref separators, ref lineEnds, ref bracket)) break;
            foreach (var b in bytes[atom.Start..atom.End]) digits[count++] = (byte)(b - '0');
            groups[groupCount++] = (byte)atom.Length;
            if (bracket && bytes[atom.End] != ')') continue; // The bracket is still open.
            var score = international
                ? PhoneNumbers.ScoreInternational(digits[..count])
                : PhoneNumbers.ScoreNational(digits[..count], groups[..groupCount], separators);
            if (score > 0) (bestEnd, bestScore) = (atom.End, score);
        }

        if (bestEnd > 0) scan.Add(entity, start, bestEnd, bestScore);
    }

    private static bool GoesOn(ReadOnlySpan<byte> bytes, AtomList atoms, int i) =>
        bytes[atoms[i].End] is (byte)' ' or (byte)'-' or (byte)'.' or (byte)'/' or (byte)')' or (byte)'(' or (byte)'\t' or (byte)'\r' or (byte)'\n'
        && i + 1 < atoms.Count && atoms[i + 1].IsNumber && atoms[i + 1].Start - atoms[i].End <= MaxGap;

    private static bool TryJoin(ReadOnlySpan<byte> gap, ref PhoneSeparators separators, ref int lineEnds, ref bool bracket)
    {
        if (gap.Length > MaxGap) return false;
        foreach (var b in gap)
        {
            switch (b)
            {
                case (byte)' ' or (byte)'\t': separators |= PhoneSeparators.Blank; break;
                case (byte)'-': separators |= PhoneSeparators.Hyphen; break;
                case (byte)'.': separators |= PhoneSeparators.Point; break;
                case (byte)'/': separators |= PhoneSeparators.Slash; break;
                case (byte)'(' or (byte)')':
                    separators |= PhoneSeparators.Bracket;
                    bracket = b == '(';
                    break;
                case (byte)'\n':
                    separators |= PhoneSeparators.Blank;
                    if (++lineEnds > 1) return false;
                    break;
                case (byte)'\r' or (byte)'>' when b == '\r' || lineEnds > 0: break; // The mark of a quoted line.
                default: return false;
            }
        }

        return gap.Length < 3 || gap.ContainsAny((byte)'(', (byte)')') || gap.SequenceEqual(" - "u8) || gap.Contains((byte)'\n');
    }
}

/// <summary>What stood between the digits.</summary>
[Flags]
internal enum PhoneSeparators
{
    None = 0,
    Blank = 1,
    Hyphen = 2,
    Point = 4,
    Slash = 8,
    Bracket = 16,
}
