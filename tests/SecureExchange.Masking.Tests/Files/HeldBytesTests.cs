using System.Runtime.InteropServices;
using SecureExchange.Masking.Files;

namespace SecureExchange.Masking.Tests.Files;

/// <summary>Memory between two layers is zeroed before it is anybody else's.</summary>
public class HeldBytesTests
{
    [Fact]
    public void Memory_that_is_outgrown_and_memory_at_the_end_is_zeroed()
    {
        var held = new HeldBytes();
        var outgrown = Fill(held, held.GetMemory().Length);
        var last = Fill(held, 100);
        Assert.NotSame(outgrown, last);
        Assert.Equal(-1, outgrown.AsSpan().IndexOfAnyExcept((byte)0));
        Assert.Contains((byte)'S', last);
        held.Clear();
        held.Dispose();
        Assert.Equal(-1, last.AsSpan().IndexOfAnyExcept((byte)0));
    }

    /// <returns>The array in which it was written.</returns>
    private static byte[] Fill(HeldBytes held, int length)
    {
        var memory = held.GetMemory(length);
        memory.Span[..length].Fill((byte)'S');
        held.Advance(length);
        Assert.True(MemoryMarshal.TryGetArray<byte>(memory, out var array));
        return array.Array!;
    }
}
