using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecureExchange.Masking.Detection.Text;

/// <summary>Counts the code points of UTF-8: the bytes that continue none.</summary>
internal static class CodePoints
{
    public static long Count(ReadOnlySpan<byte> text)
    {
        long count = 0;
        var vectors = MemoryMarshal.Cast<byte, Vector512<sbyte>>(text);
        foreach (ref readonly var bytes in vectors)
            count += BitOperations.PopCount(Vector512.GreaterThan(bytes, Vector512.Create((sbyte)-65)).ExtractMostSignificantBits());
        foreach (var b in text[(vectors.Length * Vector512<byte>.Count)..]) count += (sbyte)b > -65 ? 1 : 0;
        return count;
    }
}
