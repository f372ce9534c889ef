using System.Text;
using SecureExchange.OpenPgp.Armor;

namespace SecureExchange.OpenPgp.Tests.Armor;

public sealed class ArmorTests
{
    private static readonly byte[] s_octets = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7 + 0x80))];

    [Fact]
    public void Every_length_comes_back()
    {
        for (var length = 0; length < 300; length++)
        {
            var armor = ArmorEncoder.Encode(ArmorKind.Message, s_octets.AsSpan(0, length));
            Assert.All(armor.Split('\n'), line => Assert.InRange(line.Length, 0, 64));
            Assert.Equal(s_octets[..length], Decode(armor));
        }
    }

    [Fact]
    public void Input_cut_anywhere_decodes_the_same()
    {
        var armor = Encoding.ASCII.GetBytes(ArmorEncoder.Encode(ArmorKind.Message, s_octets));
        for (var cut = 0; cut < armor.Length; cut++)
        {
            var decoder = new ArmorDecoder(ArmorKind.Message, PgpLimits.Default);
            var output = new byte[2000];
            decoder.Decode(armor.AsSpan(0, cut), isFinal: false, output, out var consumed, out var first);
            decoder.Decode(armor.AsSpan(consumed), isFinal: true, output.AsSpan(first), out _, out var second);
            Assert.Equal(s_octets, output[..(first + second)]);
            Assert.True(decoder.IsComplete);
        }
    }

    [Theory]
    [InlineData("\r\n", "")]
    [InlineData("\n", "Version: GnuPG v2\nComment: a: b\nHash: SHA512\nEmpty:\n")]
    public void Line_ends_and_headers_make_no_difference(string end, string headers)
    {
        var armor = ArmorEncoder.Encode(ArmorKind.Message, s_octets)
            .Replace("-----\n\n", $"-----\n{headers}\n", StringComparison.Ordinal).Replace("\n", end, StringComparison.Ordinal);
        Assert.Equal(s_octets, Decode(armor));
    }

    [Fact]
    public void White_space_in_base64_means_nothing()
    {
        var base64 = Convert.ToBase64String(s_octets);
        foreach (var space in new[] { " ", "\t", "\v", "\f", "\r", " \t " })
        {
            var lines = string.Join('\n', base64.Chunk(61).Select(line => $"{space}{string.Join(space, line.Chunk(7).Select(part => new string(part)))}"));
            Assert.Equal(s_octets, Decode($"-----BEGIN PGP MESSAGE-----\n\n{lines}\n-----END PGP MESSAGE-----\n"));
        }
    }

    [Fact]
    public void Lines_of_any_length_and_white_space_at_their_ends_are_read()
    {
        foreach (var width in new[] { 1, 2, 3, 5, 63, 76, 1000 })
        {
            var base64 = Convert.ToBase64String(s_octets);
            var lines = string.Join(" \t\n", base64.Chunk(width).Select(chunk => new string(chunk)));
            Assert.Equal(s_octets, Decode($"\n\n-----BEGIN PGP MESSAGE-----\n\n{lines}\n-----END PGP MESSAGE-----\n \n"));
        }
    }

    [Theory]
    [InlineData("=AAAA\n")] // Wrong.
    [InlineData("=\n")] // Not one.
    [InlineData("=AA\n")]
    [InlineData("=AAAAAAAA\n")]
    [InlineData("=!?*-\n")]
    [InlineData(" =AAAA\n")]
    [InlineData("")]
    public void The_checksum_is_nobodys_business(string checksum)
    {
        var base64 = Convert.ToBase64String(s_octets);
        Assert.Equal(s_octets, Decode($"-----BEGIN PGP MESSAGE-----\n\n{base64}\n{checksum}-----END PGP MESSAGE-----\n"));
    }

    [Theory]
    [InlineData("text before\n-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\ntext after\n", PgpError.TrailingData)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nAAAA\n=AAAA\n=AAAA\n-----END PGP MESSAGE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n", PgpError.UnexpectedKind)]
    [InlineData("-----BEGIN PGP MESSAGE-----\nAAAA\n-----END PGP MESSAGE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nAAAA\n -----END PGP MESSAGE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nAA\u0001A\n-----END PGP MESSAGE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nAA==\nAAAA\n-----END PGP MESSAGE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nAAA\n-----END PGP MESSAGE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nAA*A\n-----END PGP MESSAGE-----\n", PgpError.MalformedArmor)]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nAAAA\n", PgpError.Truncated)]
    [InlineData("", PgpError.Truncated)]
    [InlineData("\n", PgpError.Truncated)]
    public void Broken_armor_is_refused(string armor, PgpError expected) =>
        Assert.Equal(expected, Assert.Throws<PgpException>(() => Decode(armor)).Error);

    [Fact]
    public void Header_floods_meet_their_limits()
    {
        var many = string.Concat(Enumerable.Repeat("Comment: x\n", 33));
        Assert.Equal(PgpError.LimitExceeded, Assert.Throws<PgpException>(() => Decode($"-----BEGIN PGP MESSAGE-----\n{many}\n")).Error);
        var wide = $"Comment: {new string('x', 5000)}\n";
        Assert.Equal(PgpError.LimitExceeded, Assert.Throws<PgpException>(() => Decode($"-----BEGIN PGP MESSAGE-----\n{wide}\n")).Error);
    }

    private static byte[] Decode(string armor) =>
        ArmorDecoder.Binary(Encoding.ASCII.GetBytes(armor), ArmorKind.Message, PgpLimits.Default).ToArray();
}
