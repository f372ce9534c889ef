namespace SecureExchange.Samples;

/// <summary>Numbers with their real check digits.</summary>
internal static class Numbers
{
    private static readonly (byte[] Country, int Letters, int Digits)[] s_ibans =
    [
        ("DE"u8.ToArray(), 0, 18), ("AT"u8.ToArray(), 0, 16), ("NL"u8.ToArray(), 4, 10), ("GB"u8.ToArray(), 4, 14), ("PL"u8.ToArray(), 0, 24),
    ];

    /// <summary>An IBAN with a right check number (ISO 13616, mod 97).</summary>
    public static void AddIban(ref Chance chance, TextLine line)
    {
        var (country, letters, digits) = chance.Of(s_ibans);
        Span<byte> account = stackalloc byte[30];
        account = account[..(letters + digits)];
        for (var i = 0; i < account.Length; i++) account[i] = (byte)(i < letters ? chance.Between('A', 'Z') : chance.Between('0', '9'));
        var rest = 0;
        foreach (var c in account) rest = Mod97(rest, c);
        foreach (var c in country) rest = Mod97(rest, c);
        rest = Mod97(Mod97(rest, (byte)'0'), (byte)'0');
        line.Add(country).Add(98 - rest, 2).Add(account);
    }

    /// <summary>A German or Polish VAT id with a right check digit.</summary>
    public static void AddVatId(ref Chance chance, TextLine line)
    {
        Span<byte> digits = stackalloc byte[10];
        if (chance.OneIn(2))
        {
            var product = 10; // ISO 7064 mod 11,10.
            for (var i = 0; i < 8; i++)
            {
                digits[i] = (byte)chance.Between(i == 0 ? 1 : 0, 9);
                var sum = (digits[i] + product) % 10;
                product = (sum == 0 ? 10 : sum) * 2 % 11;
            }

            digits[8] = (byte)((11 - product) % 10);
            line.Add("DE"u8);
            foreach (var digit in digits[..9]) line.Add((byte)('0' + digit));
            return;
        }

        ReadOnlySpan<byte> weights = [6, 5, 7, 2, 3, 4, 5, 6, 7];
        int check;
        do
        {
            check = 0;
            for (var i = 0; i < 9; i++)
            {
                digits[i] = (byte)chance.Between(i == 0 ? 1 : 0, 9);
                check += digits[i] * weights[i];
            }
        }
        while (check % 11 == 10);
        digits[9] = (byte)(check % 11);
        line.Add("PL"u8);
        foreach (var digit in digits) line.Add((byte)('0' + digit));
    }

    /// <summary>A card number of 16 digits that passes Luhn.</summary>
    public static void AddCard(ref Chance chance, TextLine line)
    {
        Span<byte> digits = stackalloc byte[16];
        digits[0] = 4;
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            if (i > 0) digits[i] = (byte)chance.Below(10);
            var doubled = i % 2 == 0 ? 2 * digits[i] : digits[i];
            sum += doubled > 9 ? doubled - 9 : doubled;
        }

        digits[15] = (byte)((10 - (sum % 10)) % 10);
        for (var i = 0; i < 16; i++)
        {
            if (i is 4 or 8 or 12) line.Add((byte)' ');
            line.Add((byte)('0' + digits[i]));
        }
    }

    private static int Mod97(int rest, byte c) =>
        c >= 'A' ? ((rest * 100) + c - 'A' + 10) % 97 : ((rest * 10) + c - '0') % 97;
}
