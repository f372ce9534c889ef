using System.Globalization;
using SecureExchange.Testing;

namespace SecureExchange.Cryptography.Tests;

public class Blake2bTests
{
    [Fact]
    public void The_vector_of_RFC_7693_appendix_A_comes_out()
    {
        var digest = new byte[64];

        Blake2b.Hash("abc"u8, digest);

        Assert.Equal(
            "BA80A53F981C4D0D6A2797B69F12F6E94C212F14685AC4B74B12BB6FDBFFA2D17D87C5392AAB792DC252D5DE4533CC9518D38AA8DBF1925AB92386EDD4009923",
            Convert.ToHexString(digest));
    }

    [Theory]
    [InlineData(0, 64)]
    [InlineData(1, 1)]
    [InlineData(127, 32)]
    [InlineData(128, 64)]
    [InlineData(129, 33)]
    [InlineData(256, 48)]
    [InlineData(1000, 20)]
    public async Task B2sum_gives_the_same_digests(int length, int size)
    {
        var data = new byte[length];
        for (var i = 0; i < length; i++) data[i] = (byte)(i * 7);
        var digest = new byte[size];

        Blake2b.Hash(data, digest);

        var bits = (size * 8).ToString(CultureInfo.InvariantCulture);
        var peer = (await Peer.RunAsync("b2sum", ["--length", bits], data)).Succeeded().Text;
        Assert.Equal(peer.Split(' ')[0], Convert.ToHexStringLower(digest));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void Digests_of_other_lengths_are_refused(int size) =>
        Assert.Throws<ArgumentException>(() => Blake2b.Hash([], new byte[size]));
}
