using System.Buffers.Text;
using System.Text;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking.Tests.Transforms;

/// <summary>Base64url by vectors against the platform's.</summary>
public class TokenTextTests
{
    [Fact]
    public void Octets_of_each_length_are_written_and_read_as_the_platform_does()
    {
        for (var count = 1; count <= 300; count++)
        {
            var octets = Octets(count);
            var (text, length) = Encode(octets, count);
            Assert.Equal(Base64Url.EncodeToString(octets.AsSpan(0, count)), Encoding.ASCII.GetString(text, 0, length));

            var back = new byte[count + (2 * TokenText.Step)];
            Assert.Equal(count, TokenText.Decode(text, length, back));
            Assert.True(octets.AsSpan(0, count).SequenceEqual(back.AsSpan(0, count)));
            Assert.Equal(count, TokenText.DecodeOne(text.AsSpan(0, length), back));
        }
    }

    [Fact]
    public void Any_octet_in_any_place_is_taken_by_both_or_by_none()
    {
        foreach (var count in (int[])[1, 2, 3, 19, 41, 48, 49, 50, 97])
        {
            var (text, length) = Encode(Octets(count), count);
            var (one, many) = (new byte[count + (2 * TokenText.Step)], new byte[count + (2 * TokenText.Step)]);
            for (var place = 0; place < length; place++)
            {
                var was = text[place];
                for (var octet = 0; octet < 256; octet++)
                {
                    text[place] = (byte)octet;
                    var expected = TokenText.DecodeOne(text.AsSpan(0, length), one);
                    Assert.Equal(expected, TokenText.Decode(text, length, many));
                    if (expected >= 0) Assert.True(one.AsSpan(0, expected).SequenceEqual(many.AsSpan(0, expected)));
                }

                text[place] = was;
            }
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("AB")] // Loose bits.
    [InlineData("AAB")]
    [InlineData("AA==")]
    [InlineData("AAAA ")]
    [InlineData("A AAA")]
    public void A_second_spelling_is_none(string text)
    {
        byte[] padded = [.. Encoding.ASCII.GetBytes(text), .. new byte[TokenText.Step]];
        Assert.Equal(-1, TokenText.Decode(padded, text.Length, new byte[2 * TokenText.Step]));
        Assert.Equal(-1, TokenText.DecodeOne(padded.AsSpan(0, text.Length), new byte[2 * TokenText.Step]));
    }

    /// <summary>What stands behind the octets that are meant doesn't matter.</summary>
    private static byte[] Octets(int count)
    {
        var octets = new byte[count + TokenText.Step];
        new Dice(count).NextBytes(octets);
        return octets;
    }

    private static (byte[] Text, int Length) Encode(byte[] octets, int count)
    {
        var text = new byte[(count * 2) + (2 * TokenText.Step)];
        return (text, TokenText.Encode(octets, count, text));
    }
}
