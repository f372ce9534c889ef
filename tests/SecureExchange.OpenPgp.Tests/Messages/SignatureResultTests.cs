using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Peers;

namespace SecureExchange.OpenPgp.Tests.Messages;

public sealed class SignatureResultTests(GpgKeys keys)
{
    private static readonly DateTimeOffset s_made = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_good_signature_says_who_by_which_key_and_when()
    {
        using var key = SecretKey.Generate("Signer <s@example.org>", s_made);
        var message = await Sealing.SealAsync([1, 2, 3], key.Certificate, key, now: s_made.AddHours(5));

        var signature = Assert.Single((await Sealing.OpenAsync(message, key, key.Certificate, s_made.AddHours(6))).Verified.Signatures);

        Assert.Equal(
            new SignatureResult
            {
                Status = SignatureStatus.Good,
                Signer = key.Certificate.Fingerprint,
                Subkey = key.Certificate.Subkeys[0].Packet.Fingerprint,
                CreatedAt = s_made.AddHours(5),
                KeyId = key.Certificate.Subkeys[0].Packet.KeyId,
                Extent = new SignedExtent(SignatureForm.Encrypted, false, 3),
            },
            signature);
    }

    [Fact]
    public async Task A_signature_by_nobody_known_is_only_a_claim()
    {
        using var key = SecretKey.Generate("Signer <s@example.org>", s_made);
        using var other = SecretKey.Generate("Other <o@example.org>", s_made);
        var message = await Sealing.SealAsync([1, 2, 3], key.Certificate, key, now: s_made);

        var signature = Assert.Single((await Sealing.OpenAsync(message, key, other.Certificate, s_made)).Verified.Signatures);

        Assert.Equal(
            new SignatureResult
            {
                Status = SignatureStatus.UnknownSigner,
                KeyId = key.Certificate.Subkeys[0].Packet.KeyId,
                Extent = new SignedExtent(SignatureForm.Encrypted, false, 3),
            },
            signature);
    }

    [Theory]
    [InlineData(-1, SignatureStatus.NotYetValid)]
    [InlineData(0, SignatureStatus.Good)]
    [InlineData(9, SignatureStatus.Good)]
    [InlineData(11, SignatureStatus.KeyExpiredSince)]
    public async Task A_signature_is_judged_now_and_when_it_was_made(int daysLater, SignatureStatus expected)
    {
        using var signer = SecretKey.Generate("Signer <s@example.org>", s_made, TimeSpan.FromDays(10));
        using var reader = SecretKey.Generate("Reader <r@example.org>", s_made);
        var message = await Sealing.SealAsync([1, 2, 3], reader.Certificate, signer, now: s_made);

        var opened = await Sealing.OpenAsync(message, reader, signer.Certificate, s_made.AddDays(daysLater));

        Assert.Equal(expected, Assert.Single(opened.Verified.Signatures).Status);
    }

    [Fact]
    public async Task A_signature_made_with_a_key_that_had_expired_is_not_good()
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("Brief <b@example.org>", "ed25519", null, "5d", s_made);
        using var reader = SecretKey.Generate("Reader <r@example.org>", s_made);
        await gpg.ImportAsync(reader.Certificate.ToBytes());
        var certificate = await gpg.CertificateAsync(fingerprint);
        // Signed in time, with the clock put back; then the same certificate judged later.
        var message = (await gpg.RunAsync([1, 2, 3], [.. Gpg.Clock(s_made.AddDays(1)), "--sign", "--encrypt", "--recipient",
            reader.Certificate.Fingerprint.ToString(), "--local-user", fingerprint])).Succeeded().Output;

        Assert.Equal(SignatureStatus.Good, await StatusAsync(s_made.AddDays(2)));
        Assert.Equal(SignatureStatus.KeyExpiredSince, await StatusAsync(s_made.AddDays(6)));

        async Task<SignatureStatus> StatusAsync(DateTimeOffset now) =>
            Assert.Single((await Sealing.OpenAsync(message, reader, certificate, now)).Verified.Signatures).Status;
    }

    [Fact]
    public async Task A_signature_by_a_revoked_key_is_not_good()
    {
        await using var gpg = new Gpg();
        var fingerprint = await gpg.GenerateAsync("Gone <g@example.org>", "ed25519", "cv25519");
        await gpg.ImportAsync(keys.Ours.Certificate.ToBytes());
        var message = (await gpg.RunAsync([1], "--sign", "--encrypt", "--recipient", keys.Ours.Certificate.Fingerprint.ToString(),
            "--local-user", fingerprint)).Succeeded().Output;
        var before = await gpg.CertificateAsync(fingerprint);
        await Revocation.ImportAsync(gpg, fingerprint);
        var after = await gpg.CertificateAsync(fingerprint);

        Assert.Equal(SignatureStatus.Good, await StatusAsync(before));
        Assert.Equal(SignatureStatus.KeyRevoked, await StatusAsync(after));

        async Task<SignatureStatus> StatusAsync(Certificate certificate) =>
            Assert.Single((await Sealing.OpenAsync(message, keys.Ours, certificate)).Verified.Signatures).Status;
    }

    [Fact]
    public async Task A_signature_with_SHA_1_is_refused()
    {
        var fingerprint = keys.Fingerprint("rsa2048");
        var message = (await keys.Gpg.RunAsync([1], "--digest-algo", "SHA1", "--sign", "--encrypt", "--recipient", fingerprint,
            "--local-user", fingerprint)).Succeeded().Output;

        var opened = await Sealing.OpenAsync(message, keys.Key("rsa2048"), keys.Key("rsa2048").Certificate);

        Assert.Equal(SignatureStatus.AlgorithmRefused, Assert.Single(opened.Verified.Signatures).Status);
    }

    [Fact]
    public async Task A_signed_message_passed_on_to_others_is_not_good_for_them()
    {
        using var signer = SecretKey.Generate("Signer <s@example.org>", s_made);
        using var first = SecretKey.Generate("First <1@example.org>", s_made);
        using var second = SecretKey.Generate("Second <2@example.org>", s_made);
        var message = await Sealing.SealAsync([1, 2, 3], first.Certificate, signer, now: s_made);

        // The first reader takes the session key and makes a message to the second with the same signed contents.
        var passedOn = Resealed.WithNewRecipient(message, first, second.Certificate, s_made);
        var opened = await Sealing.OpenAsync(passedOn, second, signer.Certificate, s_made);

        Assert.Equal(SignatureStatus.ForOthers, Assert.Single(opened.Verified.Signatures).Status);
    }

    /// <summary>Fingerprints of other versions, and ones cut short, are nobody's that we know: not everybody's.</summary>
    [Theory]
    [InlineData(5, 32)]
    [InlineData(4, 19)]
    public async Task A_signature_for_recipients_that_cant_be_read_is_for_others(byte version, int size)
    {
        var (key, material) = keys.Ours.SigningKey(Clock.Now, PgpPolicy.Default);
        using var hash = new SigningHash(key);
        using var builder = new SignatureBuilder(SignatureType.Binary, (uint)Clock.Now.ToUnixTimeSeconds());
        using var signed = new OctetWriter();
        builder.Add(SubpacketType.IntendedRecipientFingerprint, [version, .. new byte[size]]);
        hash.Append([1, 2, 3]);
        builder.Finish(hash, material, signed);
        signed.Octets(Chunked.Literal([1, 2, 3]));
        var message = await Resealed.EncryptAsync(signed.ToArray(), keys.Ours.Certificate, Clock.Now);

        var opened = await Sealing.OpenAsync(message, keys.Ours, keys.Ours.Certificate);

        Assert.Equal(SignatureStatus.ForOthers, Assert.Single(opened.Verified.Signatures).Status);
    }

    [Fact]
    public async Task Two_signers_cover_the_same_plaintext_innermost_first()
    {
        using var one = SecretKey.Generate("One <1@example.org>", s_made);
        using var two = SecretKey.Generate("Two <2@example.org>", s_made);
        var message = await Sealing.SealAsync(
            Sealing.Plaintext(300_000), new SealOptions { Recipients = [one.Certificate], Signers = [one, two], Now = s_made });

        var opened = await Sealing.OpenAsync(
            new MemoryStream(message), new OpenOptions { Keys = [one], Verifiers = [one.Certificate, two.Certificate], Now = s_made });

        Assert.Equal([two.Certificate.Fingerprint, one.Certificate.Fingerprint], opened.Verified.Signatures.Select(s => s.Signer!.Value));
        Assert.All(opened.Verified.Signatures, s => Assert.Equal(SignatureStatus.Good, s.Status));
    }
}
