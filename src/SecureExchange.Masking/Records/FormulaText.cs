using System.Buffers;
using System.Runtime.CompilerServices;

namespace SecureExchange.Masking.Records;

/// <summary>Cells that a spreadsheet would take for a formula (OWASP ASVS 5.0, 1.2.10).</summary>
internal static class FormulaText
{
    private static readonly SearchValues<byte> s_starts = SearchValues.Create("=+-@\t\r"u8);
    /// <summary>The octets that start a formula and the quote, from the tab (9) to the at sign (64), a bit for each.</summary>
    private const ulong MayStart = (1UL << ('=' - 9)) | (1UL << ('+' - 9)) | (1UL << ('-' - 9)) | (1UL << ('@' - 9)) | 1 | (1UL << ('\r' - 9)) | (1UL << ('"' - 9));

    private static readonly SearchValues<byte> s_number = SearchValues.Create("0123456789.,"u8);

    /// <summary>Whether the first byte is one that starts a formula.</summary>
    public static bool StartsLikeOne(ReadOnlySpan<byte> cell) => !cell.IsEmpty && s_starts.Contains(cell[0]);

    /// <summary>Whether a cell may be one that begins with this byte, a quote that will be taken off included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool MayStartOne(byte first) => first <= '@' && ((MayStart >> (first - 9)) & 1) != 0 && first >= 9;

    /// <summary>The same, but a signed number such as -12.5 is only a number.</summary>
    public static bool IsOne(ReadOnlySpan<byte> cell)
    {
        if (!StartsLikeOne(cell)) return false;
        return cell[0] is not ((byte)'-' or (byte)'+') || cell.Length < 2 || cell[1..].ContainsAnyExcept(s_number)
            || !cell[1..].ContainsAnyInRange((byte)'0', (byte)'9');
    }

    /// <summary>Stars the first byte of a masked value that starts like a formula.</summary>
    public static void Disarm(Span<byte> cell)
    {
        if (StartsLikeOne(cell)) cell[0] = (byte)'*';
    }
}
