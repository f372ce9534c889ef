using System.Text;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Keys that we make, in the hands of GnuPG and Sequoia.</summary>
public sealed class KeyGenerationTests(GpgKeys keys)
{
    public static TheoryData<KeySuite> Suites =>
        [KeySuite.Curve25519, KeySuite.NistP256, KeySuite.NistP384, KeySuite.NistP521, KeySuite.Rsa3072];

    [Theory]
    [MemberData(nameof(Suites))]
    public async Task Gpg_certifies_signs_and_decrypts_with_the_key_that_is_for_it(KeySuite suite)
    {
        using var key = Generate(suite, TimeSpan.FromDays(30));
        await using var gpg = new Gpg();
        await gpg.ImportAsync(key.ToBytes());

        var listing = (await gpg.RunAsync(null, "--with-colons", "--list-secret-keys")).Succeeded().Text.Split('\n');
        Assert.Equal(
            ["c", "s", "e"],
            listing.Where(line => line.StartsWith('s')).Select(line => line.Split(':')[11].Trim("CSEA".ToCharArray())));
        Assert.Equal(2, listing.Count(line => line.StartsWith("uid:", StringComparison.Ordinal)));
        Assert.Contains("First <first@example.org>", listing.First(line => line.StartsWith("uid:", StringComparison.Ordinal)), StringComparison.Ordinal);

        // Sealed by us, signed by our subkey; sealed and signed by gpg with the same key.
        var plaintext = Sealing.Plaintext(5000);
        var decrypted = (await gpg.DecryptAsync(await Sealing.SealAsync(plaintext, key.Certificate, key))).Succeeded();
        Assert.Equal(plaintext, decrypted.Output);
        Assert.Matches($"VALIDSIG {key.Certificate.Subkeys[0].Packet.Fingerprint} .* {key.Certificate.Fingerprint}", decrypted.Errors);
        var message = (await gpg.RunAsync(
            plaintext, "--recipient", key.Certificate.Fingerprint.ToString(), "--sign", "--encrypt")).Succeeded().Output;
        var (opened, verified) = await Sealing.OpenAsync(message, key, key.Certificate);
        Assert.Equal(plaintext, opened);
        Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
    }

    [Theory]
    [MemberData(nameof(Suites))]
    public async Task Sq_verifies_and_decrypts_with_it(KeySuite suite)
    {
        using var key = Generate(suite, null);
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.File("key.asc"), key.ToArmor());
        await File.WriteAllTextAsync(folder.File("cert.asc"), key.Certificate.ToArmor());
        var plaintext = Sealing.Plaintext(5000);

        var inspected = (await Peer.RunAsync("sq", ["inspect", folder.File("cert.asc")])).Succeeded().Text;
        Assert.Contains("Key flags: certification", inspected, StringComparison.Ordinal);
        Assert.Contains("Key flags: signing", inspected, StringComparison.Ordinal);
        Assert.DoesNotContain("Invalid", inspected, StringComparison.OrdinalIgnoreCase);
        var result = (await Peer.RunAsync(
            "sq", ["decrypt", "--recipient-key", folder.File("key.asc"), "--signer-cert", folder.File("cert.asc"), "--signatures", "1"],
            await Sealing.SealAsync(plaintext, key.Certificate, key))).Succeeded();
        Assert.Equal(plaintext, result.Output);
    }

    [Fact]
    public void RSA_keys_have_the_size_that_was_asked_for()
    {
        foreach (var version in new[] { PublicKeyPacket.Version4, PublicKeyPacket.Version6 })
        {
            using var key = NewKey.Generate(KeySuite.Rsa4096, version, 1_700_000_000, encrypts: false);
            Assert.Null(key.Packet.Material.Refusal(PgpPolicy.Default with { MinRsaBits = 4096 }));
            Assert.NotNull(key.Packet.Material.Refusal(PgpPolicy.Default with { MinRsaBits = 4097 }));
        }
    }

    [Fact]
    public void What_cannot_be_made_is_said_at_once()
    {
        var options = new KeyOptions { UserIds = ["A <a@example.org>"], CreatedAt = Clock.Now };
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.Generate(options with { Suite = KeySuite.Curve448 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.Generate(options with { Suite = (KeySuite)99 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.Generate(options with { Profile = (KeyProfile)5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.Generate(options with { ValidFor = TimeSpan.Zero }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.Generate(options with { ValidFor = TimeSpan.FromDays(-1) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.Generate(options with { CreatedAt = DateTimeOffset.MinValue }));
        Assert.Throws<ArgumentException>(() => SecretKey.Generate(options with { UserIds = [" "] }));
    }

    [Fact]
    public void Each_purpose_has_a_key_of_its_own()
    {
        var certificate = keys.Ours.Certificate;
        var view = new CertificateView(certificate, Clock.Now, PgpPolicy.Default);

        Assert.Equal(
            [KeyFlags.Certify, KeyFlags.Sign, KeyFlags.Encrypt], certificate.Keys.Select(key => view.State(key).Flags));
        Assert.Equal(3, certificate.Keys.Select(key => key.Packet.Fingerprint).Distinct().Count());

        // A certificate's primary key signs no data.
        var message = Encoding.UTF8.GetBytes("made by a key that may only certify");
        using var data = new SigningHash(certificate.Primary.Packet);
        data.Append(message);
        using var signature = new SignatureBuilder(SignatureType.Binary, (uint)Clock.Now.ToUnixTimeSeconds());
        using var body = new OctetWriter();
        signature.FinishBody(data, keys.Ours.Material(certificate.Fingerprint)!, body);
        using var pending = PendingSignature.OfBody(body.ToArray());
        pending.Append(message);
        var judged = new SignatureJudge(new OpenOptions { Keys = [], Verifiers = [certificate], Now = Clock.Now }, message.Length).Judge(pending);
        Assert.Equal(SignatureStatus.KeyMayNotSign, judged.Status);
    }

    private static SecretKey Generate(KeySuite suite, TimeSpan? validFor) => SecretKey.Generate(new KeyOptions
    {
        UserIds = ["First <first@example.org>", "Second <second@example.org>"],
        CreatedAt = Clock.Now.AddMinutes(-1),
        ValidFor = validFor,
        Suite = suite,
    });
}
