using SecureExchange.Masking.Detection.Checks;

namespace SecureExchange.Masking.Detection.Rules;

/// <summary>India.</summary>
internal static class India
{
    private const string Gstin = @"(0[1-9]|[12]\d|3[0-7])[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[A-Z\d]";
    private const string State = "(A[NPRS]|BR|C[GH]|D[DLN]|G[AJ]|H[PR]|J[HK]|K[AL]|L[ADL]|M[HLNPZ]|NL|O[DR]|P[BY]|RJ|SK|T[GNRS]|U[AKP]|WB)";

    public static IReadOnlyList<EntityRule> All { get; } =
    [
        new("IN_PAN", "in", "pan permanent account number", new(@"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", 60), new(@"[A-Z]{5}\d{4}[A-Z]", 25)),
        new("IN_AADHAAR", "in", "aadhaar aadhar adhaar uidai uid", new(@"[2-9]\d{3}[ :-]\d{4}[ :-]\d{4}", 60, IsAadhaar), new(@"[2-9]\d{11}", 25, IsAadhaar)),
        new("IN_GSTIN", "in", "gstin gst gstins registration", new(Gstin, 90, IsGstin), new(Gstin, 35)),
        new("IN_VOTER", "in", "voter epic election", new(@"[A-Z][ABCDGHJKMNPRSY][A-Z]\d{7}", 20), new(@"[A-Z]{3}\d{7}", 12)),
        new("IN_PASSPORT", "in", "passport", new PatternRule(@"[A-Z][1-9]\d ?\d{4}[1-9]", 10)),
        new("IN_VEHICLE_REGISTRATION", "in", "vehicle registration plate car bike scooter truck rto reg rc",
            new($@"{State}[ -]?\d{{1,2}}[ -]?[A-Z]{{1,3}}[ -]?\d{{4}}", 55), new($@"{State}\d{{4}}", 5),
            new(@"\d{2}BH\d{4}[A-Z]{1,2}", 50), new(@"\d{2}[ABCDEFHKPRX]\d{6}[A-Z]", 10), new(@"\d{1,3}(CD|CC|UN)[1-9]\d{1,3}", 15), new(@"I\d{5}", 4), new(@"[A-Z]{3}\d{4}", 3)),
        new("IN_UPI_ID", "in", "upi vpa pay", new PatternRule(@"[A-Z\d][A-Z\d.-]{1,48}@(ok(axis|hdfcbank|icici|sbi)|upi|paytm|ybl|ibl|axl|apl|sbi|icici|hdfcbank|axisbank|kotak|pnb|barodampay|idfcbank|indus|federal|airtel|freecharge)", 80)),
    ];

    private static bool IsAadhaar(ReadOnlySpan<byte> match)
    {
        var digits = Digits.Of(match, stackalloc byte[12]);
        Span<byte> backwards = stackalloc byte[12];
        digits.CopyTo(backwards);
        backwards.Reverse();
        return !backwards.SequenceEqual(digits) && Verhoeff.IsValid(digits);
    }

    /// <summary>The last character is a check over base 36, weights 1 and 2 in turn, digit sums in base 36.</summary>
    private static bool IsGstin(ReadOnlySpan<byte> match)
    {
        var text = Digits.AndLetters(match, stackalloc byte[15]);
        var sum = 0;
        for (var i = 0; i < 14; i++)
        {
            var product = Value(text[i]) * (1 + (i % 2));
            sum += (product / 36) + (product % 36);
        }

        return (36 - (sum % 36)) % 36 == Value(text[14]);
    }

    private static int Value(byte c) => c <= '9' ? c - '0' : c - 'A' + 10;
}
