using System.Text;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Tests.Peers;

namespace SecureExchange.OpenPgp.Tests.Keys;

public sealed class KeyRingTests(GpgKeys keys)
{
    [Fact]
    public async Task A_keyring_of_gpg_is_read_in_all_its_forms()
    {
        string[] expected = [keys.Fingerprint("rsa2048"), keys.Fingerprint("ed25519"), keys.Ours.Certificate.Fingerprint.ToString()];
        var binary = (await keys.Gpg.RunAsync(null, ["--export", .. expected])).Succeeded().Output;
        var oneBlock = (await keys.Gpg.RunAsync(null, ["--armor", "--export", .. expected])).Succeeded().Output;
        var blocks = new MemoryStream();
        foreach (var key in expected) blocks.Write((await keys.Gpg.RunAsync(null, "--armor", "--export", key)).Succeeded().Output);
        byte[] spaced = [.. "\n \r\n"u8, .. oneBlock, .. "\n\n"u8, .. Encoding.ASCII.GetBytes(keys.Key("nistp256").Certificate.ToArmor()), .. "\n"u8];

        Assert.Equal(expected.Order(), Fingerprints(binary).Order());
        Assert.Equal(expected.Order(), Fingerprints(oneBlock).Order());
        Assert.Equal(expected, Fingerprints(blocks.ToArray()));
        Assert.Equal([.. expected.Append(keys.Fingerprint("nistp256")).Order()], Fingerprints(spaced).Order());

        static string[] Fingerprints(byte[] octets) => [.. Certificate.ReadAll(octets).Select(c => c.Fingerprint.ToString())];
    }

    [Fact]
    public void Several_secret_keys_are_read()
    {
        byte[] binary = [.. keys.Ours.ToBytes(), .. keys.Key("rsa2048").ToBytes()];
        var armored = Encoding.ASCII.GetBytes(keys.Ours.ToArmor() + keys.Key("rsa2048").ToArmor());
        foreach (var octets in new[] { binary, armored })
        {
            var ring = SecretKey.ReadAll(octets);
            Assert.Equal(
                [keys.Ours.Certificate.Fingerprint, keys.Key("rsa2048").Certificate.Fingerprint], ring.Select(k => k.Certificate.Fingerprint));
            foreach (var key in ring) key.Dispose();
        }
    }

    [Fact]
    public void Versions_that_are_not_read_are_left_out()
    {
        byte[] version5 = [0xC6, 6, 5, 0, 0, 0, 0, 1];
        var certificate = keys.Ours.Certificate;

        Assert.Equal(certificate.Fingerprint, Assert.Single(Certificate.ReadAll((byte[])[.. version5, .. certificate.ToBytes()])).Fingerprint);
        Assert.Equal(PgpError.UnsupportedVersion, Assert.Throws<PgpException>(() => Certificate.ReadAll(version5)).Error);
    }

    /// <summary>Version 4 doesn't say where the public part of an unknown algorithm ends.</summary>
    [Theory]
    [InlineData("dsa2048", null)]
    [InlineData("brainpoolP256r1", null)]
    [InlineData("rsa2048", "elg2048")]
    public async Task No_certificate_is_taken_out_of_a_secret_key_whose_algorithm_is_unknown(string primary, string? subkey)
    {
        var fingerprint = await keys.Gpg.GenerateAsync($"Old {primary} <o@example.org>", primary, subkey);
        var secret = await keys.Gpg.ExportSecretAsync(fingerprint);

        var key = Assert.Single(SecretKeyRing.Split(secret));

        Assert.Equal(PgpError.UnsupportedAlgorithm, Assert.Throws<PgpException>(() => SecretKeyRing.Certificate(key)).Error);
    }

    [Fact]
    public void No_more_keys_are_read_than_the_limit_allows()
    {
        byte[] smallest = [0xC6, 6, 4, 0, 0, 0, 0, 99];
        byte[] three = [.. smallest, .. smallest, .. smallest];

        Assert.Equal(3, Certificate.ReadAll(three, new PgpLimits { MaxKeys = 3 }).Count);
        Assert.Equal(
            PgpError.LimitExceeded, Assert.Throws<PgpException>(() => Certificate.ReadAll(three, new PgpLimits { MaxKeys = 2 })).Error);
    }

    [Fact]
    public void What_is_no_keyring_is_refused()
    {
        var certificate = keys.Ours.Certificate;
        Assert.Equal(PgpError.Truncated, Failure([]));
        Assert.Equal(PgpError.Truncated, Failure([.. certificate.ToBytes(), 0xC6, 10, 4]));
        Assert.Equal(PgpError.SecretKeyMaterial, Failure([.. certificate.ToBytes(), .. keys.Ours.ToBytes()]));
        Assert.Equal(PgpError.SecretKeyMaterial, Failure(Encoding.ASCII.GetBytes(certificate.ToArmor() + keys.Ours.ToArmor())));
        Assert.Equal(PgpError.MalformedArmor, Failure(Encoding.ASCII.GetBytes(certificate.ToArmor() + "text\n" + certificate.ToArmor())));
        Assert.Equal(PgpError.UnexpectedKind, Assert.Throws<PgpException>(() => SecretKey.ReadAll(certificate.ToBytes())).Error);
        Assert.Equal(
            PgpError.LimitExceeded,
            Assert.Throws<PgpException>(() => Certificate.ReadAll(certificate.ToBytes(), new PgpLimits { MaxKeyring = 100 })).Error);

        static PgpError Failure(byte[] octets) => Assert.Throws<PgpException>(() => Certificate.ReadAll(octets)).Error;
    }
}
