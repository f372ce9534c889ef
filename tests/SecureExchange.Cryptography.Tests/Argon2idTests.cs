using System.Runtime.InteropServices;
using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.Cryptography.Tests;

public class Argon2idTests
{
    [Fact]
    public void The_vector_of_RFC_9106_5_3_comes_out()
    {
        var (password, salt) = (Repeated(1, 32), Repeated(2, 16));
        var key = new byte[32];

        Argon2id.DeriveKey(password, salt, passes: 3, lanes: 4, kibibytes: 32, key, Repeated(3, 8), Repeated(4, 12));

        Assert.Equal("0D640DF58D78766C08C037A34A8B53C9D01EF0452D75B65EB52520E96B01E659", Convert.ToHexString(key));
    }

    [Theory]
    [InlineData(1, 1, 8, 4)]
    [InlineData(1, 1, 1024, 16)]
    [InlineData(2, 1, 1025, 32)]
    [InlineData(1, 4, 32, 24)]
    [InlineData(3, 4, 4096, 32)]
    [InlineData(2, 3, 1000, 64)]
    [InlineData(1, 2, 2100, 65)]
    [InlineData(4, 5, 777, 96)]
    [InlineData(1, 1, 600, 200)]
    public void The_reference_library_derives_the_same_keys(int passes, int lanes, int kibibytes, int size)
    {
        if (!NativeLibrary.TryLoad(Library, out _)) Peer.Missing("libargon2 isn't installed");
        var password = Encoding.UTF8.GetBytes("correct horse battery staple");
        var salt = Repeated((byte)size, 16);
        var (ours, theirs) = (new byte[size], new byte[size]);

        Argon2id.DeriveKey(password, salt, passes, lanes, kibibytes, ours);

        var failure = argon2id_hash_raw(
            (uint)passes, (uint)kibibytes, (uint)lanes, password, (nuint)password.Length, salt, (nuint)salt.Length, theirs, (nuint)size);
        Assert.Equal(0, failure);
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public void Numbers_out_of_range_are_refused()
    {
        var (salt, key) = (new byte[16], new byte[32]);
        Assert.Throws<ArgumentException>(() => Argon2id.DeriveKey([], new byte[7], 1, 1, 8, key));
        Assert.Throws<ArgumentException>(() => Argon2id.DeriveKey([], salt, 1, 1, 8, new byte[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Argon2id.DeriveKey([], salt, 0, 1, 8, key));
        Assert.Throws<ArgumentOutOfRangeException>(() => Argon2id.DeriveKey([], salt, 1, 0, 8, key));
        Assert.Throws<ArgumentOutOfRangeException>(() => Argon2id.DeriveKey([], salt, 1, 2, 15, key));
    }

    private const string Library = "libargon2.so.1";

    [DllImport(Library)]
    private static extern int argon2id_hash_raw(
        uint passes, uint kibibytes, uint lanes, byte[] password, nuint passwordSize, byte[] salt, nuint saltSize, byte[] hash, nuint hashSize);

    private static byte[] Repeated(byte value, int count)
    {
        var result = new byte[count];
        result.AsSpan().Fill(value);
        return result;
    }
}
