namespace SecureExchange.Masking.Detection.Matchers;

/// <summary>Which numbers of digits are telephone numbers, and how sure that is (ITU-T E.164 and national numbering plans).</summary>
internal static class PhoneNumbers
{
    /// <summary>Country code, and how many digits follow it at least and at most.</summary>
    private static readonly Dictionary<int, (int Least, int Most)> s_plans = Read(
        "1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:6-11 40:9-9 41:9-9 43:7-13 44:9-10 45:8-8 46:7-10 47:8-8 48:9-9 49:6-11 51:8-9 "
        + "52:10-11 53:8-8 54:10-11 55:10-11 56:9-9 57:10-10 58:10-10 60:8-10 61:9-9 62:8-12 63:8-10 64:8-10 65:8-8 66:8-9 81:9-10 82:8-10 84:9-10 86:10-11 90:10-10 91:10-10 "
        + "92:9-10 93:9-9 94:9-9 95:7-10 98:10-10 212:9-9 213:8-9 216:8-8 218:9-9 220:7-7 221:9-9 222:8-8 223:8-8 224:9-9 225:10-10 226:8-8 227:8-8 228:8-8 229:8-10 230:7-8 "
        + "231:7-9 232:8-8 233:9-9 234:8-10 235:8-8 236:8-8 237:9-9 238:7-7 240:9-9 241:7-8 242:9-9 243:9-9 244:9-9 248:7-7 249:9-9 250:9-9 251:9-9 252:7-9 253:8-8 254:9-9 "
        + "255:9-9 256:9-9 257:8-8 258:9-9 260:9-9 261:9-9 262:9-9 263:9-9 264:8-9 265:7-9 266:8-8 267:7-8 268:8-8 269:7-7 297:7-7 298:6-6 299:6-6 350:8-8 351:9-9 352:6-11 "
        + "353:8-9 354:7-9 355:8-9 356:8-8 357:8-8 358:6-11 359:8-9 370:8-8 371:8-8 372:7-8 373:8-8 374:8-8 375:9-9 376:6-9 377:8-9 378:8-10 380:9-9 381:8-9 382:8-8 383:8-8 "
        + "385:8-9 386:8-8 387:8-8 389:8-8 420:9-9 421:9-9 423:7-9 501:7-7 502:8-8 503:8-8 504:8-8 505:8-8 506:8-8 507:7-8 509:8-8 591:8-8 592:7-7 593:8-9 594:9-9 595:9-9 "
        + "597:6-7 598:8-8 599:7-8 670:7-8 673:7-7 675:7-8 676:5-7 677:5-7 678:5-7 679:7-7 680:7-7 685:5-7 687:6-6 689:6-8 800:8-8 850:8-10 852:8-8 853:8-8 855:8-9 856:8-10 "
        + "870:9-9 880:8-10 886:8-9 960:7-7 961:7-8 962:8-9 963:8-9 964:8-10 965:8-8 966:8-9 967:7-9 968:8-8 970:8-9 971:8-9 972:8-9 973:8-8 974:8-8 975:7-8 976:8-8 977:8-10 "
        + "992:9-9 993:8-8 994:9-9 995:9-9 996:9-9 998:9-9");

    /// <summary>Digits that a number has at least that isn't international.</summary>
    public const int Least = 7;

    private const int Sure = 60;
    private const int Likely = 45;
    private const int Bare = 20;

    /// <param name="digits">Behind the plus.</param>
    public static int ScoreInternational(ReadOnlySpan<byte> digits)
    {
        for (var length = 1; length <= 3 && length < digits.Length; length++)
        {
            var code = 0;
            foreach (var digit in digits[..length]) code = (code * 10) + digit;
            if (!s_plans.TryGetValue(code, out var plan)) continue;
            var rest = digits[length..];
            // A trunk 0, often in brackets, isn't counted; Italy's belongs to the number.
            if (code != 39 && rest[0] == 0) rest = rest[1..];
            if (code == 1) return IsNorthAmerican(rest) ? 75 : 0;
            return rest.Length >= plan.Least && rest.Length <= plan.Most ? 75 : 0;
        }

        return 0;
    }

    /// <param name="digits">All of them.</param>
    /// <param name="groups">How many stood together.</param>
    /// <param name="separators">What stood between.</param>
    public static int ScoreNational(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> groups, PhoneSeparators separators)
    {
        if (digits.Length < Least || Checks.Digits.AllEqual(digits)) return 0;
        var written = groups.Length > 1;
        if (digits.Length > 9 && digits[0] == 0 && digits[1] == 0)
            return groups[0] > 6 && written ? 0 : ScoreInternational(digits[2..]) > 0 ? written ? Sure : 30 : 0;
        if (digits[0] == 0) return ScoreTrunk(digits, groups, separators);
        var ten = digits.Length == 11 && digits[0] == 1 ? digits[1..] : digits;
        if (IsNorthAmerican(ten))
        {
            if (!written) return Bare;
            return groups[^1] == 4 && groups.Length >= 3 && groups[^2] == 3 && groups[^3] == 3 ? Sure : (separators & PhoneSeparators.Bracket) != 0 ? Likely : Bare;
        }

        if ((separators & (PhoneSeparators.Slash | PhoneSeparators.Point)) != 0) return 0;
        return digits.Length switch
        {
            10 when digits[0] >= 6 => groups is [5, 5] or [3, 3, 4] or [4, 3, 3] or [4, 6] ? Likely : written ? 0 : 15, // India
            11 when digits[0] == 1 && digits[1] >= 3 => groups is [3, 4, 4] or [3, 8] ? Likely : written ? 0 : Bare, // China
            11 when digits[2] == 9 && digits[0] > 0 && digits[1] > 0 => groups is [2, 5, 4] or [2, 1, 4, 4] ? Likely : written ? 0 : 12, // Brazil, mobile
            10 when digits[2] is >= 2 and <= 5 => groups is [2, 4, 4] ? Likely : written ? 0 : 10, // Brazil, fixed
            9 when digits[0] is >= 6 => groups is [3, 3, 3] or [3, 2, 2, 2] or [2, 3, 2, 2] ? 35 : written ? 0 : 12, // Spain, Poland
            8 when digits[0] is 3 or 6 or 8 or 9 => groups is [4, 4] ? 30 : 0, // Singapore, Denmark, Norway
            7 => groups is [3, 4] && digits[0] >= 2 && (separators & PhoneSeparators.Hyphen) != 0 ? 25 : 0, // North America, without the area
            _ => 0,
        };
    }

    /// <summary>Numbers that begin with 0: most of the world within a country.</summary>
    private static int ScoreTrunk(ReadOnlySpan<byte> digits, ReadOnlySpan<byte> groups, PhoneSeparators separators)
    {
        if (digits[1] == 0 || digits.Length is < 8 or > 12) return 0;
        if (groups.Length == 1) return digits.Length is 10 or 11 ? Bare : 8;
        // 05.12.2021 and 078-05-1123 are other things.
        if (groups is [2, 2, 4] or [2, 2, 2] or [3, 2, 4] or [2, 2, 2, 2]) return 0;
        if ((separators & PhoneSeparators.Point) != 0 && groups is not ([2, 2, 2, 2, 2] or [4, 3, 3] or [4, 3, 2, 2] or [3, 3, 4])) return 0;
        if ((separators & PhoneSeparators.Slash) != 0 && (groups[0] is < 3 or > 5 || groups.Length > 4)) return 0;
        return groups[0] is >= 2 and <= 5 ? digits.Length >= 10 ? 55 : Likely : 0;
    }

    /// <summary>Area and exchange begin with 2 to 9, and x11 is a service. Area codes that nobody has yet are taken too: people
    /// mistype, and a number is still a number.</summary>
    private static bool IsNorthAmerican(ReadOnlySpan<byte> digits) =>
        digits.Length == 10 && digits[0] >= 2 && !(digits[1] == 1 && digits[2] == 1) && digits[3] >= 2 && !(digits[4] == 1 && digits[5] == 1);

    private static Dictionary<int, (int Least, int Most)> Read(string table)
    {
        var plans = new Dictionary<int, (int Least, int Most)>();
        foreach (var entry in table.Split(' '))
        {
            var parts = entry.Split(':', '-');
            plans.Add(int.Parse(parts[0], null), (int.Parse(parts[1], null), int.Parse(parts[2], null)));
        }

        return plans;
    }
}
