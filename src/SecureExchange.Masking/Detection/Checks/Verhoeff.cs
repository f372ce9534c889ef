namespace SecureExchange.Masking.Detection.Checks;

/// <summary>Verhoeff's check digit over the dihedral group D5: Aadhaar, NIN.</summary>
internal static class Verhoeff
{
    private static ReadOnlySpan<byte> Permutation => [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

    public static bool IsValid(ReadOnlySpan<byte> digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            int digit = digits[digits.Length - 1 - i];
            for (var n = i % 8; n > 0; n--) digit = Permutation[digit];
            check = Multiply(check, digit);
        }

        return check == 0;
    }

    /// <summary>0 to 4 are rotations, 5 to 9 reflections.</summary>
    private static int Multiply(int a, int b) => (a < 5, b < 5) switch
    {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + ((a + b - 5) % 5),
        (false, true) => 5 + ((a - 5 - b + 5) % 5),
        (false, false) => (a - b + 5) % 5,
    };
}
