using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Keys;

public sealed class StringToKeyTests
{
    private static readonly PgpLimits s_small = new() { MaxS2kOctets = 1000, MaxArgon2Memory = 64 << 20, MaxArgon2Octets = 192 << 20 };

    [Fact]
    public void What_is_written_is_read_and_derives_the_same_key()
    {
        foreach (var made in (StringToKey[])[StringToKey.NewIteratedSalted(), StringToKey.NewArgon2()])
        {
            var fields = Fields(Written(made));
            var read = StringToKey.Read(ref fields);
            fields.End();

            Assert.Equal(Derive(made, "passphrase"u8), Derive(read, "passphrase"u8));
            Assert.True(read.IsSalted);
        }
    }

    [Fact]
    public void Every_key_has_a_salt_of_its_own()
    {
        Assert.NotEqual(Written(StringToKey.NewIteratedSalted()), Written(StringToKey.NewIteratedSalted()));
        Assert.NotEqual(Written(StringToKey.NewArgon2()), Written(StringToKey.NewArgon2()));
    }

    [Theory]
    [InlineData("00 08", false)] // Simple: read, and for whoever reads it to refuse.
    [InlineData("01 08 0102030405060708", true)]
    [InlineData("03 08 0102030405060708 00", true)]
    public void Specifiers_of_other_programs_are_read(string hex, bool salted)
    {
        var fields = Fields(Octets(hex));
        var read = StringToKey.Read(ref fields);
        fields.End();
        Assert.Equal(salted, read.IsSalted);
        Assert.Equal(Octets(hex), Written(read));
    }

    [Fact]
    public void Simple_and_salted_ones_are_plain_hashes()
    {
        var simple = Fields([0, 8]);
        var salted = Fields([1, 8, 1, 2, 3, 4, 5, 6, 7, 8]);
        Assert.Equal(SHA256.HashData("abc"u8), Derive(StringToKey.Read(ref simple), "abc"u8));
        Assert.Equal(SHA256.HashData([1, 2, 3, 4, 5, 6, 7, 8, .. "abc"u8]), Derive(StringToKey.Read(ref salted), "abc"u8));
    }

    [Theory]
    [InlineData("02 08", PgpError.UnsupportedProtection)]
    [InlineData("03 01 0102030405060708 00", PgpError.UnsupportedProtection)] // MD5
    [InlineData("03 08 01020304050607", PgpError.Malformed)]
    [InlineData("04 00000000000000000000000000000000 00 01 10", PgpError.Malformed)] // No pass,
    [InlineData("04 00000000000000000000000000000000 01 00 10", PgpError.Malformed)] // no lane,
    [InlineData("04 00000000000000000000000000000000 01 05 05", PgpError.Malformed)] // less memory than its lanes need,
    [InlineData("04 00000000000000000000000000000000 01 01 20", PgpError.Malformed)] // and more than there is.
    public void Specifiers_that_mean_nothing_are_refused(string hex, PgpError expected)
    {
        var refused = Assert.Throws<PgpException>(() =>
        {
            var fields = Fields(Octets(hex));
            StringToKey.Read(ref fields);
        });
        Assert.Equal(expected, refused.Error);
    }

    [Theory]
    [InlineData("03 08 0102030405060708 00", "MaxS2kOctets")]
    [InlineData("04 00000000000000000000000000000000 01 01 11", "MaxArgon2Memory")]
    [InlineData("04 00000000000000000000000000000000 04 01 10", "MaxArgon2Octets")]
    [InlineData("04 00000000000000000000000000000000 FF 01 1F", "MaxArgon2Memory")]
    public void What_would_cost_too_much_is_refused_before_it_starts(string hex, string limit)
    {
        var fields = Fields(Octets(hex));
        var read = StringToKey.Read(ref fields);
        var refused = Assert.Throws<PgpException>(() => read.Derive("p"u8, new byte[32], new StretchingBudget(s_small)));
        Assert.Equal(PgpError.LimitExceeded, refused.Error);
        Assert.Contains(limit, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_passphrases_of_one_key_share_what_they_may_cost()
    {
        var fields = Fields(Octets("01 08 0102030405060708"));
        var read = StringToKey.Read(ref fields);
        var budget = new StretchingBudget(new PgpLimits { MaxS2kOctets = 20 });
        read.Derive("abc"u8, new byte[32], budget);
        Assert.Throws<PgpException>(() => read.Derive("abc"u8, new byte[32], budget));
    }

    private static byte[] Derive(StringToKey s2k, ReadOnlySpan<byte> passphrase)
    {
        var key = new byte[32];
        s2k.Derive(passphrase, key, new StretchingBudget(PgpLimits.Default));
        return key;
    }

    private static byte[] Written(StringToKey s2k)
    {
        using var output = new OctetWriter();
        s2k.Write(output);
        return output.ToArray();
    }

    private static byte[] Octets(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static OctetCursor Fields(ReadOnlySpan<byte> octets) => new(octets, "test", 0);
}
