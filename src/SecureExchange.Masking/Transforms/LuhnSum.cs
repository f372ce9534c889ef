using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SecureExchange.Masking.Transforms;

/// <summary>The sum of ISO/IEC 7812-1 over digits that stand together, on a processor with AVX2.</summary>
/// <param name="Offset">What digits in front that aren't part of the value add to it.</param>
internal readonly record struct LuhnSum(int Offset)
{
    /// <param name="digits">0 to 9, and zeros behind the last one.</param>
    /// <param name="count">How many there are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(Vector256<byte> digits, int count)
    {
        // Every second one counts twice, and of what is then over nine the two digits; the last one counts once.
        var twice = Avx2.Shuffle(
            Vector256.Create((byte)0, 2, 4, 6, 8, 1, 3, 5, 7, 9, 0, 0, 0, 0, 0, 0, 0, 2, 4, 6, 8, 1, 3, 5, 7, 9, 0, 0, 0, 0, 0, 0), digits);
        var isTwice = count % 2 == 0 ? Vector256.Create((ushort)0x00FF).AsByte() : Vector256.Create((ushort)0xFF00).AsByte();
        return Offset + Vector256.Sum(Avx2.SumAbsoluteDifferences(Vector256.ConditionalSelect(isTwice, twice, digits), Vector256<byte>.Zero));
    }
}
