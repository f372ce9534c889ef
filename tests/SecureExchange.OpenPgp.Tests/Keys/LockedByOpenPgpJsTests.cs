using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Passphrases of secret keys, both ways with OpenPGP.js, which has every kind of protection.</summary>
public sealed class LockedByOpenPgpJsTests(OpenPgpJs js) : IClassFixture<OpenPgpJs>
{
    private const int Iterated = 3;
    private const int Argon2 = 4;

    [Theory]
    [InlineData(false, Iterated, 2)]
    [InlineData(true, Iterated, 1)]
    [InlineData(true, Iterated, 2)]
    [InlineData(true, Argon2, 2)]
    [InlineData(true, Argon2, 3)]
    public async Task What_it_locks_opens(bool aead, int s2k, int mode)
    {
        var config = new { aeadProtect = aead, s2kType = s2k, preferredAEADAlgorithm = mode };
        var locked = (await js.GenerateAsync("Locked", new { type = "ecc", passphrase = "correct horse", config })).Secret;

        using var key = SecretKey.Read(locked, "correct horse"u8);

        var message = await Sealing.SealAsync([1, 2, 3], key.Certificate);
        Assert.Equal([1, 2, 3], (await Sealing.OpenAsync(message, key)).Plaintext);
        var refused = Assert.Throws<PgpException>(() => SecretKey.Read(locked, "correct horsf"u8));
        Assert.Equal(PgpError.WrongPassphrase, refused.Error);
    }

    [Theory]
    [InlineData(SecretKeyProtection.Cfb)]
    [InlineData(SecretKeyProtection.Aead)]
    public async Task It_opens_what_is_locked_here(SecretKeyProtection protection)
    {
        using var key = SecretKey.Generate("Locked <l@example.org>", Clock.Now.AddMinutes(-1));
        var message = await Sealing.SealAsync([1, 2, 3], key.Certificate);
        var with = new OpenPgpJsOptions { Keys = [key.ToBytes("correct horse"u8, protection)], KeyPassphrase = "correct horse" };

        Assert.Equal([1, 2, 3], (await js.DecryptAsync(message, with)).Data);
    }
}
