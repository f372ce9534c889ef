using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Messages;

/// <summary>OpenPGP.js, which browsers open our messages with.</summary>
public sealed class OpenPgpJsInteropTests(OpenPgpJs js) : IClassFixture<OpenPgpJs>
{
    private static readonly int[] s_sizes = [0, 1, 511, 512, 513, 65_535, 65_536, 300_000];

    public static TheoryData<string, object> Keys => new()
    {
        { "RSA", new { type = "rsa", rsaBits = 2048 } },
        { "Ed25519 and X25519 by RFC 9580", new { type = "curve25519" } },
        { "Ed25519 and Curve25519 by RFC 4880bis", new { type = "ecc", curve = "curve25519Legacy" } },
        { "P-384", new { type = "ecc", curve = "nistP384" } },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Its_keys_serve_both_ways(string name, object options)
    {
        var made = await js.GenerateAsync($"{name} <js@example.org>", options);
        using var key = SecretKey.Read(made.Secret);
        foreach (var size in s_sizes)
        {
            var plaintext = Sealing.Plaintext(size);
            var theirs = await js.EncryptAsync(plaintext, new() { Recipients = [made.Certificate], Keys = [made.Secret], Armor = size % 2 == 0 });
            var (opened, verified) = await Sealing.OpenAsync(theirs, key, key.Certificate);
            Assert.Equal(plaintext, opened);
            Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);

            var ours = await Sealing.SealAsync(plaintext, key.Certificate, key, armor: size % 2 == 0);
            var read = await js.DecryptAsync(ours, new() { Keys = [made.Secret], Verifiers = [made.Certificate] });
            Assert.Equal(plaintext, read.Data);
            Assert.True(read.Good);
        }
    }

    [Fact]
    public async Task Our_keys_serve_it_both_ways()
    {
        using var key = SecretKey.Generate("Ours <ours@example.org>", Clock.Now.AddMinutes(-1));
        var plaintext = Sealing.Plaintext(1000);

        var ours = await Sealing.SealAsync(plaintext, key.Certificate, key);
        var read = await js.DecryptAsync(ours, new() { Keys = [key.ToBytes()], Verifiers = [key.Certificate.ToBytes()] });
        Assert.Equal(plaintext, read.Data);
        Assert.True(read.Good);

        var theirs = await js.EncryptAsync(plaintext, new() { Recipients = [key.Certificate.ToBytes()], Keys = [key.ToBytes()] });
        var (opened, verified) = await Sealing.OpenAsync(theirs, key, key.Certificate);
        Assert.Equal(plaintext, opened);
        Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
    }

    [Fact]
    public async Task It_refuses_what_was_altered()
    {
        using var key = SecretKey.Generate("Ours <ours@example.org>", Clock.Now.AddMinutes(-1));
        var message = await Sealing.SealAsync(Sealing.Plaintext(1000), key.Certificate, key);
        message[^1] ^= 1;

        await Assert.ThrowsAsync<PeerRefusedException>(() => js.DecryptAsync(message, new() { Keys = [key.ToBytes()] }));
    }
}
