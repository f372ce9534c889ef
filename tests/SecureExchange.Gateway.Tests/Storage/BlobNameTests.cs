using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Tests.Storage;

public sealed class BlobNameTests
{
    [Theory]
    [InlineData("checkpoint")]
    [InlineData("tile/0/x001/234.p/5")]
    [InlineData("logs/0197f1c2-7c1e-7d2a-a9c1-3d1d1a8f2b10/tile/entries/x001/x234/067")]
    [InlineData("transfers/0197f1c2/masked.pgp")]
    [InlineData("a_b-c.d")]
    [InlineData("a..b")]
    public void A_name_of_lower_case_segments_is_taken(string text)
    {
        Assert.True(BlobName.TryParse(text, out var name));
        Assert.Equal(text, name.ToString());
        Assert.Equal(new BlobName(text), name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a/./b")]
    [InlineData(".staging/x")]
    [InlineData("a/.locks")]
    [InlineData("A")]
    [InlineData("claims march.csv")]
    [InlineData("a\\b")]
    [InlineData("a\0b")]
    [InlineData("a%2fb")]
    [InlineData("é")]
    [InlineData("a\n")]
    public void Anything_else_is_refused(string? text)
    {
        Assert.False(BlobName.TryParse(text, out _));
        Assert.Throws<ArgumentException>(() => new BlobName(text!));
    }

    [Fact]
    public void Names_and_segments_have_a_longest_length()
    {
        var segment = new string('a', BlobName.MaxSegmentLength);
        Assert.True(BlobName.TryParse(segment, out _));
        Assert.False(BlobName.TryParse(segment + "a", out _));
        var name = $"{segment}/{segment}/" + new string('b', BlobName.MaxLength - 2 * segment.Length - 2);
        Assert.True(BlobName.TryParse(name, out _));
        Assert.False(BlobName.TryParse(name + "b", out _));
    }

    [Fact]
    public void A_name_that_was_never_set_has_no_text() => Assert.Throws<InvalidOperationException>(() => default(BlobName).Value);
}
