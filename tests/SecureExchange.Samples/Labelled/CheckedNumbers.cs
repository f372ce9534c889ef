using System.Globalization;

namespace SecureExchange.Samples.Labelled;

/// <summary>Numbers whose last digits follow from the others.</summary>
internal static class CheckedNumbers
{
    public static string Make(string entity, ref Chance chance)
    {
        while (true)
        {
            // Some begin so that no check digit fits; the next is tried then.
            if (TryMake(entity, ref chance) is { } number) return number;
        }
    }

    public static int LuhnDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 0) digit *= 2;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return (10 - (sum % 10)) % 10;
    }

    private static string? TryMake(string entity, ref Chance chance)
    {
        switch (entity)
        {
            case "UK_NHS": return Weighted(PersonalValues.Digits(ref chance, 9), [10, 9, 8, 7, 6, 5, 4, 3, 2], s => 11 - (s % 11), 11) is { } nhs ? $"{nhs[..3]} {nhs[3..6]} {nhs[6..]}" : null;
            case "ABA_ROUTING_NUMBER": return Weighted($"02{PersonalValues.Digits(ref chance, 6)}", [3, 7, 1, 3, 7, 1, 3, 7], s => 10 - (s % 10), 10);
            case "US_NPI":
                var npi = $"1{PersonalValues.Digits(ref chance, 8)}";
                return npi + LuhnDigit("80840" + npi).ToString(CultureInfo.InvariantCulture);
            case "MEDICAL_LICENSE":
                var dea = PersonalValues.Digits(ref chance, 6);
                return $"BS{dea}{(D(dea, 0) + D(dea, 2) + D(dea, 4) + (2 * (D(dea, 1) + D(dea, 3) + D(dea, 5)))) % 10}";
            case "DE_TAX_ID":
                var product = 10;
                var tax = Shuffled("9876543219", ref chance); // One digit twice, one never.
                if (tax[0] == '0') return null;
                foreach (var c in tax)
                {
                    var sum = (c - '0' + product) % 10;
                    product = (sum == 0 ? 10 : sum) * 2 % 11;
                }

                return tax + ((11 - product) % 10).ToString(CultureInfo.InvariantCulture);
            case "FR_NIR":
                var nir = $"{chance.Between(1, 2)}{chance.Between(40, 99)}{chance.Between(1, 12):D2}75{PersonalValues.Digits(ref chance, 6)}";
                return $"{nir} {97 - (long.Parse(nir, CultureInfo.InvariantCulture) % 97):D2}";
            case "PL_PESEL":
                return Weighted($"{chance.Between(40, 99)}{chance.Between(1, 12):D2}{chance.Between(1, 28):D2}{PersonalValues.Digits(ref chance, 4)}", [1, 3, 7, 9, 1, 3, 7, 9, 1, 3], s => 10 - (s % 10), 10);
            case "SE_PERSONNUMMER":
                var person = $"{chance.Between(40, 99)}{chance.Between(1, 12):D2}{chance.Between(1, 28):D2}{PersonalValues.Digits(ref chance, 3)}";
                return $"{person[..6]}-{person[6..]}{LuhnDigit(person)}";
            case "ES_NIF":
                var nif = PersonalValues.Digits(ref chance, 8);
                return nif + "TRWAGMYFPDXBNJZSQVHLCKE"[int.Parse(nif, CultureInfo.InvariantCulture) % 23];
            case "BR_CPF":
                var cpf = PersonalValues.Digits(ref chance, 9);
                cpf += CpfDigit(cpf);
                cpf += CpfDigit(cpf);
                return $"{cpf[..3]}.{cpf[3..6]}.{cpf[6..9]}-{cpf[9..]}";
            case "CA_SIN":
                var sin = $"{chance.Between(1, 7)}{PersonalValues.Digits(ref chance, 7)}";
                sin += LuhnDigit(sin).ToString(CultureInfo.InvariantCulture);
                return $"{sin[..3]} {sin[3..6]} {sin[6..]}";
            case "AU_TFN":
                return Weighted(PersonalValues.Digits(ref chance, 8), [1, 4, 3, 7, 5, 8, 6, 9], s => s % 11, 11) is { } tfn ? $"{tfn[..3]} {tfn[3..6]} {tfn[6..]}" : null;
            case "PH_TIN":
                var tin = PersonalValues.Digits(ref chance, 8);
                var rest = Sum(tin, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
                return rest == 10 ? null : $"{tin[..3]}-{tin[3..6]}-{tin[6..]}{rest}-000";
            case "IN_AADHAAR": return chance.Of(["3998 7654 3211", "3123 4567 8909"]);
            case "IT_FISCAL_CODE": return chance.Of(["RSSMRA85T10A562S", "AAAAAA00B11C333Y"]);
            case "VIN": return chance.Of(["1HGCM82633A004352", "1M8GDM9AXKP042788"]);
            case "IMEI":
                var imei = $"35{PersonalValues.Digits(ref chance, 12)}";
                return imei + LuhnDigit(imei).ToString(CultureInfo.InvariantCulture);
            default: throw new ArgumentOutOfRangeException(nameof(entity), entity, "no such value");
        }
    }

    private static string? Weighted(string digits, int[] weights, Func<int, int> check, int modulus)
    {
        var digit = check(Sum(digits, weights)) % modulus;
        return digit == 10 ? null : digits + digit.ToString(CultureInfo.InvariantCulture);
    }

    private static int Sum(string digits, int[] weights) => weights.Select((weight, i) => weight * D(digits, i)).Sum();

    private static int D(string digits, int i) => digits[i] - '0';

    private static string CpfDigit(string digits) =>
        (Sum(digits, [.. Enumerable.Range(0, digits.Length).Select(i => digits.Length + 1 - i)]) * 10 % 11 % 10).ToString(CultureInfo.InvariantCulture);

    private static string Shuffled(string text, ref Chance chance)
    {
        var letters = text.ToCharArray();
        for (var i = letters.Length - 1; i > 0; i--)
        {
            var other = chance.Below(i + 1);
            (letters[i], letters[other]) = (letters[other], letters[i]);
        }

        return new string(letters);
    }
}
