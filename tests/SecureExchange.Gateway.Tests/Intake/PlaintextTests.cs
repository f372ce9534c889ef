using System.Runtime.InteropServices;
using SecureExchange.Gateway.Intake;

namespace SecureExchange.Gateway.Tests.Intake;

/// <summary>Memory that held plaintext is zeroed before it is anybody else's.</summary>
public sealed class PlaintextTests
{
    [Fact]
    public void A_writer_zeroes_its_memory_when_it_grows_out_of_it_and_at_its_end()
    {
        var writer = new PlaintextWriter();
        var outgrown = Fill(writer, writer.GetMemory().Length);
        var last = Fill(writer, 100);
        Assert.NotSame(outgrown, last);
        Assert.Equal(-1, outgrown.AsSpan().IndexOfAnyExcept((byte)0));
        Assert.Contains((byte)'S', last);
        writer.Dispose();
        Assert.Equal(-1, last.AsSpan().IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_buffer_zeroes_its_memory_at_its_end()
    {
        var buffer = new PlaintextBuffer(1000);
        buffer.Memory.Span.Fill((byte)'S');
        Assert.True(MemoryMarshal.TryGetArray<byte>(buffer.Memory, out var array));
        buffer.Dispose();
        Assert.Equal(-1, array.AsSpan().IndexOfAnyExcept((byte)0));
    }

    /// <returns>The array in which it was written.</returns>
    private static byte[] Fill(PlaintextWriter writer, int length)
    {
        var memory = writer.GetMemory(length);
        memory.Span[..length].Fill((byte)'S');
        writer.Advance(length);
        Assert.True(MemoryMarshal.TryGetArray<byte>(memory, out var array));
        return array.Array!;
    }
}
