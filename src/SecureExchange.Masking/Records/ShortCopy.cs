using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SecureExchange.Masking.Records;

/// <summary>Copies of a few octets. A copy of as many as a value has asks how many that are, and guesses wrong with each other length;
/// one of always as many doesn't.</summary>
internal static class ShortCopy
{
    /// <summary>Octets that are copied at once.</summary>
    public const int Size = 64;

    /// <summary>Copies <see cref="Size"/> octets, if there are as many on both sides and they are enough.</summary>
    /// <param name="source">What it is copied from, and what stands behind.</param>
    /// <param name="start">Where it begins; not below 0.</param>
    /// <param name="end">Where it ends; not below the start.</param>
    /// <param name="target">Where it goes. Behind the copy up to <see cref="Size"/> octets of it are written over.</param>
    /// <param name="at">Where in it; not below 0.</param>
    /// <returns>Whether it is copied.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Try(ReadOnlySpan<byte> source, int start, int end, Span<byte> target, int at)
    {
        // Of a shorter span the right side is below 0, and the answer no; a start below 0 would be a fault of the caller.
        if (end - start > Size || start > source.Length - Size || at > target.Length - Size) return false;
        ArgumentOutOfRangeException.ThrowIfNegative(start | at);
        Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(source), (nuint)start).StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)at);
        return true;
    }
}
