using System.Globalization;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.OpenPgp.Tests.Peers;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Changed keys, as GnuPG and Sequoia see them.</summary>
public sealed class KeyEditInteropTests(GpgKeys keys)
{
    private readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(Clock.Now.ToUnixTimeSeconds());

    [Fact]
    public async Task Gpg_and_sq_see_the_new_expiry()
    {
        using var key = SecretKey.Generate("Extended <extended@example.org>", _now.AddDays(-10), TimeSpan.FromDays(5));
        await ImportAsync(key.Certificate);
        Assert.All(await ListAsync(key, "pub", "sub"), line => Assert.Equal("e", line[1]));

        using var extended = KeyEditTests.Edited(key, edit => edit.SetExpiry(_now.AddDays(50)), _now);

        await ImportAsync(extended.Certificate);
        var expected = _now.AddDays(50).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Assert.All(await ListAsync(key, "pub", "sub"), line => Assert.Equal(("u", expected), (line[1] == "e" ? "e" : "u", line[6])));
        var inspected = (await Peer.RunAsync("sq", ["inspect"], extended.Certificate.ToBytes())).Succeeded().Text;
        Assert.Contains(_now.AddDays(50).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), inspected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gpg_and_sq_encrypt_to_the_rotated_subkey()
    {
        using var key = SecretKey.Generate("Rotated <rotated@example.org>", _now.AddDays(-10));
        using var rotated = KeyEditTests.Edited(key, edit => edit.RotateSubkey(SubkeyUse.Encrypt, TimeSpan.FromDays(90)), _now.AddDays(-1));
        await ImportAsync(key.Certificate);
        await ImportAsync(rotated.Certificate);
        Assert.Single(await ListAsync(key, "sub"), line => line[1] == "r");

        var byGpg = (await keys.Gpg.RunAsync([1, 2, 3], "--encrypt", "--recipient", key.Certificate.Fingerprint.ToString())).Succeeded().Output;
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder.File("cert.pgp"), rotated.Certificate.ToBytes());
        var bySq = (await Peer.RunAsync("sq", ["encrypt", "--recipient-cert", folder.File("cert.pgp")], [1, 2, 3])).Succeeded().Output;

        foreach (var message in (byte[][])[byGpg, bySq])
        {
            Assert.Equal([1, 2, 3], (await Sealing.OpenAsync(message, rotated)).Plaintext);
            var failure = await Sealing.FailureAsync(message, new OpenPgp.Messages.OpenOptions { Keys = [key], Now = Clock.Now });
            Assert.Equal(PgpError.NoMatchingKey, failure?.Error);
        }
    }

    [Fact]
    public async Task Gpg_verifies_what_a_rotated_subkey_signed()
    {
        using var key = SecretKey.Generate("Signs <signs@example.org>", _now.AddDays(-10));
        using var rotated = KeyEditTests.Edited(key, edit => edit.RotateSubkey(SubkeyUse.Sign), _now.AddDays(-1));
        await ImportAsync(rotated.Certificate);
        var message = await Sealing.SealAsync([1, 2, 3], keys.Ours.Certificate, rotated);

        var opened = (await keys.Gpg.DecryptAsync(message)).Succeeded();

        Assert.Contains("GOODSIG", opened.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gpg_sees_user_ids_come_and_go()
    {
        using var key = SecretKey.Generate("Before <before@example.org>", _now.AddDays(-10));
        using var changed = KeyEditTests.Edited(
            key, edit => edit.AddUserId("After <after@example.org>", isPrimary: true).RevokeUserId("Before <before@example.org>"), _now.AddDays(-1));
        await ImportAsync(changed.Certificate);

        var userIds = (await ListAsync(key, "uid")).ToDictionary(line => line[9], line => line[1]);

        Assert.Equal("r", userIds["Before <before@example.org>"]);
        Assert.NotEqual("r", userIds["After <after@example.org>"]);
    }

    [Fact]
    public async Task Gpg_and_sq_take_our_revocations()
    {
        using var key = SecretKey.Generate("Lost <lost@example.org>", _now.AddDays(-10));
        await ImportAsync(key.Certificate);
        var revocation = key.MakeRevocation(_now.AddDays(-1), RevocationReason.Compromised, "stolen");
        await keys.Gpg.ImportAsync(System.Text.Encoding.ASCII.GetBytes(revocation.ToArmor()));
        Assert.Equal("r", Assert.Single(await ListAsync(key, "pub"))[1]);

        var inspected = (await Peer.RunAsync("sq", ["inspect"], key.Certificate.With(revocation).ToBytes())).Succeeded().Text;
        Assert.Contains("Revoked", inspected, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("stolen", inspected, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gpgs_revocation_certificates_are_taken()
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("Revokes <r@example.org>", "ed25519", "cv25519");
        var answers = "y\n0\nsome text\n\ny\n"u8.ToArray();
        var revocation = (await gpg.RunAsync(answers, "--no-batch", "--no-tty", "--command-fd", "0", "--armor", "--gen-revoke", fingerprint)).Succeeded();
        var certificate = await gpg.CertificateAsync(fingerprint);

        var revoked = certificate.With(RevocationCertificate.Read(revocation.Output));

        Assert.Equal(PgpError.CertificateRevoked, Assert.Throws<PgpException>(() => revoked.RequireUsableForEncryption(Clock.Now)).Error);
        await gpg.ImportAsync(revocation.Output);
        Assert.Equal((await gpg.CertificateAsync(fingerprint)).ToBytes(), revoked.ToBytes());
    }

    /// <summary>Sequoia writes one with each new key, in the armor of signatures.</summary>
    [Fact]
    public async Task Sequoias_revocation_certificates_are_taken()
    {
        using var folder = new TempFolder();
        (await Peer.RunAsync(
            "sq", ["key", "generate", "--userid", "Revokes <r@example.org>", "--export", folder.File("key"), "--rev-cert", folder.File("revocation")]))
            .Succeeded();
        using var key = SecretKey.Read(await File.ReadAllBytesAsync(folder.File("key")));

        var revoked = key.Certificate.With(RevocationCertificate.Read(await File.ReadAllBytesAsync(folder.File("revocation"))));

        Assert.Equal(PgpError.CertificateRevoked, Assert.Throws<PgpException>(() => revoked.RequireUsableForEncryption(Clock.Now)).Error);
    }

    [Fact]
    public async Task Gpg_checks_our_certifications_and_we_check_gpgs()
    {
        const string UserId = "Certified <certified@example.org>";
        using var key = SecretKey.Generate(UserId, _now.AddDays(-10));
        var ours = keys.Ours.Certify(key.Certificate, UserId, Clock.Now);
        await ImportAsync(ours);
        var options = new[] { "--local-user", keys.Fingerprint("rsa2048"), "--quick-sign-key", key.Certificate.Fingerprint.ToString() };
        (await keys.Gpg.RunAsync(null, ["--passphrase", "", .. options])).Succeeded();

        var checkedByGpg = (await keys.Gpg.RunAsync(null, "--with-colons", "--check-sigs", key.Certificate.Fingerprint.ToString())).Succeeded().Text;
        Assert.Contains(checkedByGpg.Split('\n'), line => line.StartsWith("sig:!", StringComparison.Ordinal) && IsBy(line, keys.Ours.Certificate));

        var both = await keys.Gpg.CertificateAsync(key.Certificate.Fingerprint.ToString());
        var gpgs = keys.Key("rsa2048").Certificate;
        Assert.Equal(
            [gpgs.Fingerprint, keys.Ours.Certificate.Fingerprint],
            both.CertifiersOf(UserId, [gpgs, keys.Ours.Certificate, keys.Key("ed25519").Certificate], Clock.Now));
        Assert.Equal(both.AllPackets.Count, ours.Merge(both).AllPackets.Count);
    }

    [Fact]
    public async Task Gpgs_key_is_changed_and_goes_back_to_gpg()
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("There <t@example.org>", "rsa2048", "rsa2048", "30d", _now.AddDays(-40));
        using var key = SecretKey.Read(await gpg.ExportSecretAsync(fingerprint));
        using var updated = KeyEditTests.Edited(key, edit => edit.Update().AddUserId("Back <b@example.org>"), _now.AddDays(-1));

        await using var other = new Gpg();
        (await other.RunAsync(updated.ToBytes("p"u8), "--passphrase", "p", "--import")).Succeeded();
        var message = (await other.RunAsync([1, 2, 3], "--encrypt", "--recipient", fingerprint)).Succeeded().Output;

        Assert.Equal([1, 2, 3], (await other.RunAsync(message, "--passphrase", "p", "--decrypt")).Succeeded().Output);
        Assert.Equal([1, 2, 3], (await Sealing.OpenAsync(message, updated)).Plaintext);
        Assert.Equal(2, (await other.CertificateAsync(fingerprint)).UserIds.Count);
    }

    [Fact]
    public async Task Self_signatures_with_SHA_1_are_made_anew()
    {
        await using var gpg = new Gpg();
        string[] options = ["--cert-digest-algo", "SHA1", "--digest-algo", "SHA1", "--passphrase", "", .. Gpg.Clock(_now.AddDays(-40))];
        (await gpg.RunAsync(null, [.. options, "--quick-generate-key", "Sha <s@example.org>", "rsa2048", "default", "never"])).Succeeded();
        var fingerprint = await gpg.FingerprintAsync("Sha <s@example.org>");
        (await gpg.RunAsync(null, [.. options, "--quick-add-key", fingerprint, "rsa2048", "encr", "never"])).Succeeded();
        using var key = SecretKey.Read(await gpg.ExportSecretAsync(fingerprint));
        Assert.Throws<PgpException>(() => key.Certificate.RequireUsableForEncryption(_now));

        using var updated = KeyEditTests.Edited(key, edit => edit.Update(), _now.AddDays(-1));

        updated.Certificate.RequireUsableForEncryption(_now);
        Assert.Equal(DigestAlgorithm.Sha256, Assert.Single(updated.Certificate.Subkeys).Bindings.MaxBy(s => s.CreatedAt)!.Packet.Digest);
        await ImportAsync(updated.Certificate);
        (await keys.Gpg.RunAsync([1], "--weak-digest", "SHA1", "--encrypt", "--recipient", fingerprint)).Succeeded();
    }

    private static bool IsBy(string line, Certificate signer) =>
        line.Split(':')[4] == signer.Fingerprint.KeyId.ToString("X16", CultureInfo.InvariantCulture);

    private Task ImportAsync(Certificate certificate) => keys.Gpg.ImportAsync(certificate.ToBytes());

    private async Task<List<string[]>> ListAsync(SecretKey key, params string[] kinds)
    {
        var listing = (await keys.Gpg.RunAsync(null, "--with-colons", "--list-keys", key.Certificate.Fingerprint.ToString())).Succeeded().Text;
        return [.. listing.Split('\n').Select(line => line.Split(':')).Where(line => kinds.Contains(line[0]))];
    }
}
