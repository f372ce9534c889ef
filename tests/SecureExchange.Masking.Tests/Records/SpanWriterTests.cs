using System.Buffers;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Tests.Records;

/// <summary>Short copies take more than is asked for: none of that may stay.</summary>
public class SpanWriterTests
{
    [Fact]
    public void Parts_of_each_length_at_each_place_are_written_as_they_are()
    {
        var text = new byte[400];
        new Dice(41).NextBytes(text);
        var output = new ArrayBufferWriter<byte>();
        var expected = new List<byte>();
        var writer = new SpanWriter(output);
        for (var start = 0; start <= text.Length; start += 7)
        {
            for (var length = 0; length <= 80 && start + length <= text.Length; length++)
            {
                writer.Write(text, start, start + length);
                expected.AddRange(text[start..(start + length)]);
            }
        }

        writer.Flush();
        Assert.True(output.WrittenSpan.SequenceEqual(expected.ToArray()));
    }

    [Fact]
    public void What_stands_behind_a_part_is_not_left_in_the_output()
    {
        var text = "shown"u8.ToArray().Concat(Enumerable.Repeat((byte)'S', 200)).ToArray();
        var output = new ArrayBufferWriter<byte>(1 << 17);
        var writer = new SpanWriter(output);
        writer.Write(text, 0, 5);
        writer.Flush();
        Assert.Equal("shown"u8.ToArray(), output.WrittenSpan.ToArray());
        Assert.False(output.GetSpan().Contains((byte)'S'));
    }

    [Fact]
    public void A_copy_is_only_made_where_there_is_room_for_all_of_it()
    {
        var (source, target) = (new byte[100], new byte[100]);
        Assert.True(ShortCopy.Try(source, 36, 40, target, 36));
        Assert.False(ShortCopy.Try(source, 37, 40, target, 0));
        Assert.False(ShortCopy.Try(source, 0, 4, target, 37));
        Assert.False(ShortCopy.Try(source, 0, ShortCopy.Size + 1, target, 0));
        Assert.False(ShortCopy.Try(source.AsSpan(0, 10), 0, 4, target, 0));
        Assert.False(ShortCopy.Try(source, 0, 4, target.AsSpan(0, 10), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShortCopy.Try(source, -1, 4, target, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShortCopy.Try(source, 0, 4, target, -1));
    }
}
