using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Tests.Peers;

namespace SecureExchange.OpenPgp.Tests.Keys;

public sealed class CertificateTests(GpgKeys keys)
{
    private static readonly DateTimeOffset s_made = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Kinds => [.. GpgKeys.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_certificate_made_by_gpg_is_read_and_written_back_octet_for_octet(string kind)
    {
        var octets = await keys.Gpg.ExportAsync(keys.Fingerprint(kind));
        var certificate = Certificate.Read(octets);

        Assert.Equal(keys.Fingerprint(kind), certificate.Fingerprint.ToString());
        Assert.Equal([$"{kind} <{kind}@example.org>"], certificate.UserIds);
        Assert.Equal(octets, certificate.ToBytes());
        Assert.Equal(octets, Certificate.Read(System.Text.Encoding.ASCII.GetBytes(certificate.ToArmor())).ToBytes());
        certificate.RequireUsableForEncryption(Clock.Now);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_secret_key_made_by_gpg_is_read_and_read_by_gpg_again(string kind)
    {
        using var key = SecretKey.Read(await keys.Gpg.ExportSecretAsync(keys.Fingerprint(kind)));
        Assert.Equal(keys.Fingerprint(kind), key.Certificate.Fingerprint.ToString());
        Assert.Equal(await keys.Gpg.ExportAsync(keys.Fingerprint(kind)), key.Certificate.ToBytes());
        Assert.Equal("[secret]", key.ToString());

        await using var other = new Gpg();
        await other.ImportAsync(System.Text.Encoding.ASCII.GetBytes(key.ToArmor()));
        Assert.Equal(key.ToBytes(), await other.ExportSecretAsync(keys.Fingerprint(kind)));
    }

    [Theory]
    [InlineData("ed25519", "cv25519")]
    [InlineData("rsa2048", "rsa2048")]
    public async Task A_protected_secret_key_opens_with_its_passphrase_only(string primary, string subkey)
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("Locked <l@example.org>", primary, subkey, passphrase: "correct horse");
        var octets = await gpg.ExportSecretAsync(fingerprint, "correct horse");

        using (var key = SecretKey.Read(octets, "correct horse"u8)) Assert.Equal(fingerprint, key.Certificate.Fingerprint.ToString());
        Assert.Equal(PgpError.WrongPassphrase, Refused(() => SecretKey.Read(octets, "wrong"u8)));
        Assert.Equal(PgpError.WrongPassphrase, Refused(() => SecretKey.Read(octets)));
        Assert.Equal(PgpError.LimitExceeded, Refused(() => SecretKey.Read(octets, "x"u8, new PgpLimits { MaxS2kOctets = 1000 })));
    }

    [Fact]
    public async Task A_secret_key_without_its_primary_part_still_decrypts()
    {
        var octets = (await keys.Gpg.RunAsync(null, "--export-secret-subkeys", keys.Fingerprint("ed25519"))).Succeeded().Output;
        using var key = SecretKey.Read(octets);
        var message = await Messages.Sealing.SealAsync([1, 2, 3], key.Certificate);

        Assert.Equal([1, 2, 3], (await Messages.Sealing.OpenAsync(message, key)).Plaintext);
        var refused = await Assert.ThrowsAsync<PgpException>(() => Messages.Sealing.SealAsync([1], key.Certificate, key));
        Assert.Equal(PgpError.NoSigningKey, refused.Error);
    }

    [Fact]
    public async Task A_secret_key_is_no_certificate()
    {
        var octets = await keys.Gpg.ExportSecretAsync(keys.Fingerprint("ed25519"));
        var armored = (await keys.Gpg.RunAsync(null, "--armor", "--export-secret-keys", keys.Fingerprint("ed25519"))).Output;

        Assert.Equal(PgpError.SecretKeyMaterial, Refused(() => Certificate.Read(octets)));
        Assert.Equal(PgpError.SecretKeyMaterial, Refused(() => Certificate.Read(armored)));
        Assert.Equal(PgpError.UnexpectedKind, Refused(() => SecretKey.Read(keys.Ours.Certificate.ToBytes())));
    }

    [Fact]
    public async Task Two_certificates_are_not_one()
    {
        var octets = await keys.Gpg.ExportAsync("@example.org");
        Assert.Equal(PgpError.TrailingData, Refused(() => Certificate.Read(octets)));
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_from_the_second_on_that_it_names()
    {
        await using var gpg = new Gpg();
        var certificate = await gpg.CertificateAsync(await gpg.GenerateAsync("Brief <b@example.org>", "rsa2048", "rsa2048", "5d", s_made));

        Assert.Equal(s_made.AddDays(5), certificate.ExpiresAt(s_made.AddDays(1)));
        certificate.RequireUsableForEncryption(s_made.AddDays(5).AddSeconds(-1));
        Assert.Equal(PgpError.CertificateExpired, Refused(() => certificate.RequireUsableForEncryption(s_made.AddDays(5))));
        Assert.Equal(PgpError.CertificateNotYetValid, Refused(() => certificate.RequireUsableForEncryption(s_made.AddDays(-1))));
    }

    [Fact]
    public async Task The_newest_self_signature_decides_when_a_certificate_expires()
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("Longer <l@example.org>", "ed25519", "cv25519", "5d", s_made);
        (await gpg.RunAsync(null, [.. Gpg.Clock(s_made.AddDays(3)), "--quick-set-expire", fingerprint, "20240301T000000"])).Succeeded();
        (await gpg.RunAsync(null, [.. Gpg.Clock(s_made.AddDays(3)), "--quick-set-expire", fingerprint, "20240301T000000", "*"])).Succeeded();
        var certificate = await gpg.CertificateAsync(fingerprint);

        Assert.Equal(s_made.AddDays(60), certificate.ExpiresAt(s_made.AddDays(10)));
        certificate.RequireUsableForEncryption(s_made.AddDays(59));
        Assert.Equal(PgpError.CertificateExpired, Refused(() => certificate.RequireUsableForEncryption(s_made.AddDays(60))));
    }

    [Fact]
    public async Task A_certificate_whose_encryption_subkey_has_expired_is_refused_for_that()
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("Half <h@example.org>", "ed25519", null, at: s_made);
        (await gpg.RunAsync(null, [.. Gpg.Clock(s_made), "--passphrase", "", "--quick-add-key", fingerprint, "cv25519", "encr", "5d"])).Succeeded();
        var certificate = await gpg.CertificateAsync(fingerprint);

        certificate.RequireUsableForEncryption(s_made.AddDays(4));
        var refused = Assert.Throws<PgpException>(() => certificate.RequireUsableForEncryption(s_made.AddDays(6)));
        Assert.Equal(PgpError.NoEncryptionSubkey, refused.Error);
        Assert.Contains("expired", refused.Message, StringComparison.Ordinal);
        Assert.Null(certificate.ExpiresAt(s_made.AddDays(6)));
    }

    [Fact]
    public async Task A_certificate_without_an_encryption_subkey_is_refused()
    {
        await using var gpg = new Gpg();
        var certificate = await gpg.CertificateAsync(await gpg.GenerateAsync("Signs <s@example.org>", "rsa2048", null));
        Assert.Equal(PgpError.NoEncryptionSubkey, Refused(() => certificate.RequireUsableForEncryption(Clock.Now)));
    }

    [Fact]
    public async Task The_newest_encryption_subkey_is_the_one_that_is_used()
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("Rotates <r@example.org>", "ed25519", "cv25519", at: s_made);
        (await gpg.RunAsync(null, [.. Gpg.Clock(s_made.AddDays(9)), "--passphrase", "", "--quick-add-key", fingerprint, "rsa2048", "encr", "never"])).Succeeded();
        var certificate = await gpg.CertificateAsync(fingerprint);

        Assert.Equal(certificate.Subkeys[0].Packet.Fingerprint, certificate.EncryptionKey(s_made.AddDays(8), PgpPolicy.Default).Fingerprint);
        Assert.Equal(certificate.Subkeys[1].Packet.Fingerprint, certificate.EncryptionKey(s_made.AddDays(10), PgpPolicy.Default).Fingerprint);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_revoked_certificate_is_refused_whatever_the_reason(int reason)
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("Revoked <r@example.org>", "ed25519", "cv25519");
        (await gpg.CertificateAsync(fingerprint)).RequireUsableForEncryption(Clock.Now);
        await Revocation.ImportAsync(gpg, fingerprint, reason);

        var certificate = await gpg.CertificateAsync(fingerprint);

        Assert.Equal(PgpError.CertificateRevoked, Refused(() => certificate.RequireUsableForEncryption(Clock.Now)));
        // A compromised key was never to be trusted; a superseded one was until then.
        var before = Refused(() => certificate.RequireUsableForEncryption(certificate.CreatedAt.AddMinutes(-4)));
        Assert.Equal(reason is 0 or 1 ? PgpError.CertificateRevoked : before, before);
    }

    [Fact]
    public async Task A_user_id_that_was_revoked_is_not_shown()
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("Stays <s@example.org>", "ed25519", "cv25519", at: s_made);
        (await gpg.RunAsync(null, [.. Gpg.Clock(s_made.AddDays(1)), "--quick-add-uid", fingerprint, "Goes <g@example.org>"])).Succeeded();
        Assert.Equal(2, (await gpg.CertificateAsync(fingerprint)).UserIds.Count);

        (await gpg.RunAsync(null, [.. Gpg.Clock(s_made.AddDays(2)), "--quick-revoke-uid", fingerprint, "Goes <g@example.org>"])).Succeeded();

        Assert.Equal(["Stays <s@example.org>"], (await gpg.CertificateAsync(fingerprint)).UserIds);
    }

    [Fact]
    public async Task A_key_too_short_is_refused_by_the_policy()
    {
        await using var gpg = new Gpg();
        var certificate = await gpg.CertificateAsync(await gpg.GenerateAsync("Short <s@example.org>", "rsa1024", "rsa1024"));
        Assert.Equal(PgpError.AlgorithmRefused, Refused(() => certificate.RequireUsableForEncryption(Clock.Now)));
        certificate.RequireUsableForEncryption(Clock.Now, PgpPolicy.Default with { MinRsaBits = 1024 });
    }

    [Fact]
    public async Task A_DSA_certificate_is_refused_by_name()
    {
        await using var gpg = new Gpg();
        var certificate = await gpg.CertificateAsync(await gpg.GenerateAsync("Old <o@example.org>", "dsa2048", "elg2048"));
        var refused = Assert.Throws<PgpException>(() => certificate.RequireUsableForEncryption(Clock.Now));
        Assert.Equal(PgpError.AlgorithmRefused, refused.Error);
        Assert.Contains("Dsa keys are refused, since RFC 9580 §9.1", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2022, null)]
    [InlineData(2024, PgpError.NoValidSelfSignature)]
    public async Task Self_signatures_with_SHA_1_end_with_the_policy(int year, PgpError? expected)
    {
        var made = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await using var gpg = new Gpg();
        string[] options = ["--cert-digest-algo", "SHA1", "--digest-algo", "SHA1", "--passphrase", "", .. Gpg.Clock(made)];
        (await gpg.RunAsync(null, [.. options, "--quick-generate-key", "Sha <s@example.org>", "rsa2048", "default", "never"])).Succeeded();
        var fingerprint = await gpg.FingerprintAsync("Sha <s@example.org>");
        (await gpg.RunAsync(null, [.. options, "--quick-add-key", fingerprint, "rsa2048", "encr", "never"])).Succeeded();
        var certificate = await gpg.CertificateAsync(fingerprint);

        if (expected is null) certificate.RequireUsableForEncryption(Clock.Now);
        else
        {
            var refused = Assert.Throws<PgpException>(() => certificate.RequireUsableForEncryption(Clock.Now));
            Assert.Equal(expected, refused.Error);
            Assert.Contains(nameof(PgpPolicy.Sha1SelfSignaturesUntil), refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_certificate_with_any_flipped_bit_says_nothing_new()
    {
        using var key = SecretKey.Generate("Owner <o@example.org>", s_made, TimeSpan.FromDays(30));
        var octets = key.Certificate.ToBytes();
        var encryption = key.Certificate.EncryptionKey(s_made, PgpPolicy.Default).Fingerprint;
        for (var bit = 0; bit < octets.Length * 8; bit++)
        {
            octets[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var altered = Certificate.Read(octets);
                altered.RequireUsableForEncryption(s_made);

                // What can be flipped unseen is what no signature covers: the unhashed issuer. Never a key, name or date.
                Assert.Equal(key.Certificate.Fingerprint, altered.Fingerprint);
                Assert.Equal(encryption, altered.EncryptionKey(s_made, PgpPolicy.Default).Fingerprint);
                Assert.Equal(key.Certificate.UserIds, altered.UserIds);
                Assert.Equal(key.Certificate.ExpiresAt(s_made), altered.ExpiresAt(s_made));
            }
            catch (PgpException)
            {
                // Refused.
            }

            octets[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    private static PgpError? Refused(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (PgpException e)
        {
            return e.Error;
        }
    }
}
