using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Version 6 keys against OpenPGP.js, the peer at hand that makes and reads them.</summary>
public sealed class Version6OpenPgpJsTests(OpenPgpJs js) : IClassFixture<OpenPgpJs>
{
    public static TheoryData<KeySuite> Suites =>
        [KeySuite.Curve25519, KeySuite.Curve448, KeySuite.NistP256, KeySuite.NistP384, KeySuite.NistP521];

    [Theory]
    [MemberData(nameof(Suites))]
    public async Task Our_keys_serve_it_both_ways(KeySuite suite)
    {
        using var key = SecretKey.Generate(new KeyOptions
        {
            UserIds = ["Ours <ours@example.org>"],
            CreatedAt = Clock.Now.AddMinutes(-1),
            ValidFor = TimeSpan.FromDays(30),
            Profile = KeyProfile.Version6,
            Suite = suite,
        });
        var (secret, certificate) = (key.ToBytes(), key.Certificate.ToBytes());
        var plaintext = Sealing.Plaintext(1000);

        var ours = await Sealing.SealAsync(plaintext, key.Certificate, key);
        var read = await js.DecryptAsync(ours, new() { Keys = [secret], Verifiers = [certificate] });
        Assert.Equal(plaintext, read.Data);
        Assert.True(read.Good);

        var theirs = await js.EncryptAsync(plaintext, new() { Recipients = [certificate], Keys = [secret] });
        var (opened, verified) = await Sealing.OpenAsync(theirs, key, key.Certificate);
        Assert.Equal(plaintext, opened);
        Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
    }

    [Theory]
    [InlineData("curve25519")]
    [InlineData("curve448")]
    public async Task Its_keys_serve_both_ways(string type)
    {
        var made = await js.GenerateAsync("Js <js@example.org>", new { type, config = new { v6Keys = true } });
        using var key = SecretKey.Read(made.Secret);
        Assert.Equal(6, key.Certificate.Fingerprint.Version);
        var plaintext = Sealing.Plaintext(1000);

        var theirs = await js.EncryptAsync(plaintext, new() { Recipients = [made.Certificate], Keys = [made.Secret] });
        var (opened, verified) = await Sealing.OpenAsync(theirs, key, Certificate.Read(made.Certificate));
        Assert.Equal(plaintext, opened);
        Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);

        var ours = await Sealing.SealAsync(plaintext, key.Certificate, key);
        var read = await js.DecryptAsync(ours, new() { Keys = [made.Secret], Verifiers = [made.Certificate] });
        Assert.Equal(plaintext, read.Data);
        Assert.True(read.Good);
    }
}
