using SecureExchange.Masking.Transforms;

namespace SecureExchange.Masking.Tracing;

/// <summary>Makes up what canary rows hold: values of the form that the field has, which are nobody's as far as that can be had.</summary>
/// <remarks>E-mail addresses are at domains kept for examples (RFC 2606), US telephone numbers 555-01xx, card numbers in the test range
/// 411111 with a right check digit, IBANs have right check digits and made-up digits; names and streets come from the built-in lists.
/// Anything else is the form of a real value with other digits, or other letters where it has none. Where nobody sees the value, all of
/// its letters and digits are other ones, and there are eight at least: two transfers' canaries mustn't be alike by chance.</remarks>
internal static class CanaryValues
{
    private const int LeastHidden = 8;

    private static readonly HashSet<string> s_hidden = ["tokenise", "vault-token", "hash"];
    private static readonly HashSet<string> s_invented = ["tokenise", "pseudonym", "vault-token", "hash", "fpe", "mask"];

    /// <summary>Whether a transform's canaries get a value of their own; others take one from a real row, of which they show a part.</summary>
    public static bool IsInvented(string transform) => s_invented.Contains(transform);

    /// <summary>Whether a transform shows nothing of what it masks but its length.</summary>
    public static bool IsHidden(string transform) => s_hidden.Contains(transform);

    /// <summary>Makes a value up that nobody sees.</summary>
    public static byte[] MakeHidden(ReadOnlySpan<byte> form, Func<int, ulong> draw)
    {
        var count = 0;
        foreach (var c in form) count += char.IsAsciiLetterOrDigit((char)c) ? 1 : 0;
        byte[] longer = [.. form, .. "xxxxxxxx"u8[..Math.Max(0, LeastHidden - count)]];
        var letters = Scramble(longer, draw, digits: false);
        return Scramble(letters, n => draw((1 << 15) | n), digits: true);
    }

    /// <summary>Makes a value up.</summary>
    /// <param name="type">The field's, from the profile, or null.</param>
    /// <param name="form">A real value, for its form.</param>
    /// <param name="draw">Keyed bits: the n-th.</param>
    public static byte[] Make(string? type, ReadOnlySpan<byte> form, Func<int, ulong> draw)
    {
        if (type is not null && PseudonymMaker.IsKind(type)) return new PseudonymMaker(type, "us").Make(form, draw(0), attempt: 1);
        var made = Scramble(form, draw, form.ContainsAnyInRange((byte)'0', (byte)'9'));
        switch (type)
        {
            case "card":
                MakeCard(made);
                break;
            case "iban" when made.Length > 4:
                CheckDigits.Iban.Mend(made);
                break;
        }

        return made;
    }

    private static byte[] Scramble(ReadOnlySpan<byte> form, Func<int, ulong> draw, bool digits)
    {
        var made = form.ToArray();
        var (bits, left, draws, isFirst) = (0UL, 0, 0, true);
        for (var i = 0; i < made.Length; i++)
        {
            var c = (char)made[i];
            if (digits ? !char.IsAsciiDigit(c) : !char.IsAsciiLetter(c)) continue;
            if (left-- == 0) (bits, left) = (draw(draws++), 11);
            if (digits) made[i] = (byte)(isFirst && c != '0' ? '1' + KeyedChoice.Take(ref bits, 9) : '0' + KeyedChoice.Take(ref bits, 10));
            else made[i] = (byte)((char.IsAsciiLetterUpper(c) ? 'A' : 'a') + KeyedChoice.Take(ref bits, 26));
            isFirst = false;
        }

        return made;
    }

    private static void MakeCard(byte[] made)
    {
        var digits = Enumerable.Range(0, made.Length).Where(i => char.IsAsciiDigit((char)made[i])).ToList();
        if (digits.Count < 13) return;
        for (var i = 0; i < 6; i++) made[digits[i]] = (byte)"411111"[i];
        CheckDigits.Luhn.Mend(made);
    }
}
