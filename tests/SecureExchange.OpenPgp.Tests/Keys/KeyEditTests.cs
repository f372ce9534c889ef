using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Changes to keys, as this engine judges them. What other programs make of them is in <see cref="KeyEditInteropTests"/>.</summary>
public sealed class KeyEditTests
{
    private static readonly DateTimeOffset s_made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_now = s_made.AddDays(20);

    public static TheoryData<KeyProfile> Profiles => [KeyProfile.Version4, KeyProfile.Version6];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void An_expired_key_is_extended(KeyProfile profile)
    {
        using var key = Make(profile, TimeSpan.FromDays(10));
        Assert.Equal(PgpError.CertificateExpired, Refused(() => key.Certificate.RequireUsableForEncryption(s_now)));

        using var extended = Edited(key, edit => edit.SetExpiry(s_made.AddDays(100)));

        extended.Certificate.RequireUsableForEncryption(s_now);
        Assert.Equal(s_made.AddDays(100), extended.Certificate.ExpiresAt(s_now));
        Assert.Equal(PgpError.CertificateExpired, Refused(() => extended.Certificate.RequireUsableForEncryption(s_made.AddDays(100))));
        using var forever = Edited(extended, edit => edit.SetExpiry(null));
        Assert.Null(forever.Certificate.ExpiresAt(s_now));
        forever.Certificate.RequireUsableForEncryption(s_made.AddDays(10_000));
        Assert.Throws<ArgumentOutOfRangeException>(() => key.Edit(s_now).SetExpiry(s_now));
    }

    [Fact]
    public void A_subkey_that_ends_before_the_certificate_is_left_to_end()
    {
        using var key = Make(KeyProfile.Version4, TimeSpan.FromDays(30));
        using var brief = Edited(key, edit => edit.AddSubkey(SubkeyUse.Encrypt, TimeSpan.FromDays(5)));
        var added = Newest(brief);

        using var extended = Edited(brief, edit => edit.SetExpiry(s_made.AddDays(300)));

        Assert.Equal(added, extended.Certificate.EncryptionKey(s_now.AddDays(4), PgpPolicy.Default).Fingerprint);
        Assert.NotEqual(added, extended.Certificate.EncryptionKey(s_now.AddDays(6), PgpPolicy.Default).Fingerprint);
        using var longer = Edited(extended, edit => edit.SetSubkeyExpiry(added, s_now.AddDays(50)));
        Assert.Equal(added, longer.Certificate.EncryptionKey(s_now.AddDays(49), PgpPolicy.Default).Fingerprint);
        Assert.Throws<ArgumentException>(() => key.Edit(s_now).SetSubkeyExpiry(added, null));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task Rotated_subkeys_take_the_old_ones_place(KeyProfile profile)
    {
        using var key = Make(profile, null);
        var before = await Sealing.SealAsync([1, 2, 3], key.Certificate, key, now: s_made.AddDays(1));
        using var rotated = Edited(key, edit => edit.RotateSubkey(SubkeyUse.Encrypt).RotateSubkey(SubkeyUse.Sign));
        var after = await Sealing.SealAsync([4, 5], rotated.Certificate, rotated, now: s_now.AddMinutes(1));

        Assert.Equal(4, rotated.Certificate.Subkeys.Count);
        Assert.Equal([1, 2, 3], (await Sealing.OpenAsync(before, rotated, rotated.Certificate, s_now)).Plaintext);
        var (plaintext, verified) = await Sealing.OpenAsync(after, rotated, rotated.Certificate, s_now.AddMinutes(1));
        Assert.Equal([4, 5], plaintext);
        Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
        Assert.Equal(PgpError.NoMatchingKey, (await Sealing.FailureAsync(after, new OpenOptions { Keys = [key], Now = s_now }))?.Error);
    }

    [Fact]
    public void Subkeys_that_the_policy_has_come_to_refuse_are_revoked_and_no_others()
    {
        using var key = Make(KeyProfile.Version4, null);
        using var mixed = Edited(key, edit => edit.AddSubkey(SubkeyUse.Encrypt, suite: KeySuite.Rsa3072));
        var stricter = PgpPolicy.Default with { MinRsaBits = 4096 };
        using var edit = mixed.Edit(s_now, stricter);
        using var updated = edit.RevokeRefused().RevokeRefused().Finish();

        var revoked = Assert.Single(updated.Certificate.Subkeys, subkey => subkey.Revocations.Count > 0);
        Assert.IsType<RsaPublicKey>(revoked.Packet.Material);
        Assert.False(Assert.Single(revoked.Revocations).IsHard);
        Assert.NotEqual(revoked.Packet.Fingerprint, updated.Certificate.EncryptionKey(s_now, PgpPolicy.Default).Fingerprint);
    }

    [Fact]
    public void User_ids_come_and_go()
    {
        using var key = Make(KeyProfile.Version4, null);
        using var two = Edited(key, edit => edit.AddUserId("Second <s@example.org>"));
        Assert.Equal(["Owner <o@example.org>", "Second <s@example.org>"], two.Certificate.UserIds);
        using var first = Edited(two, edit => edit.AddUserId("First <f@example.org>", isPrimary: true));
        Assert.Equal("First <f@example.org>", first.Certificate.UserIds[0]);
        using var gone = Edited(first, edit => edit.RevokeUserId("Owner <o@example.org>", "a new name"));
        Assert.Equal(["First <f@example.org>", "Second <s@example.org>"], gone.Certificate.UserIds);
        gone.Certificate.RequireUsableForEncryption(s_now);
        Assert.Throws<ArgumentException>(() => gone.Edit(s_now).AddUserId("Owner <o@example.org>"));
        Assert.Throws<ArgumentException>(() => gone.Edit(s_now).RevokeUserId("Nobody"));
    }

    [Theory]
    [InlineData(RevocationReason.Unspecified, true)]
    [InlineData(RevocationReason.Compromised, true)]
    [InlineData(RevocationReason.Superseded, false)]
    [InlineData(RevocationReason.Retired, false)]
    public void A_revoked_key_stays_revoked(RevocationReason reason, bool always)
    {
        using var key = Make(KeyProfile.Version4, null);
        using var revoked = Edited(key, edit => edit.Revoke(reason, "for a reason"));

        Assert.Equal(PgpError.CertificateRevoked, Refused(() => revoked.Certificate.RequireUsableForEncryption(s_now)));
        Assert.Equal(always ? PgpError.CertificateRevoked : null, Refused(() => revoked.Certificate.RequireUsableForEncryption(s_made.AddDays(1))));
        Assert.Equal(PgpError.CertificateRevoked, Refused(() => revoked.Edit(s_now.AddDays(1)).SetExpiry(null)));
        Assert.Equal(PgpError.CertificateRevoked, Refused(() => revoked.Edit(s_now.AddDays(1)).AddUserId("Second <s@example.org>")));
        Assert.Equal(
            PgpError.CertificateRevoked, Refused(() => key.Certificate.Merge(revoked.Certificate).RequireUsableForEncryption(s_now)));
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_revocation_kept_apart_revokes_its_own_key_only(KeyProfile profile)
    {
        using var key = Make(profile, null);
        using var other = Make(profile, null);
        var armored = System.Text.Encoding.ASCII.GetBytes(key.MakeRevocation(s_now, text: "lost").ToArmor());
        var revocation = RevocationCertificate.Read(armored);

        Assert.Equal(key.Certificate.Fingerprint, revocation.Key);
        var revoked = key.Certificate.With(revocation);
        Assert.Equal(PgpError.CertificateRevoked, Refused(() => revoked.RequireUsableForEncryption(s_now)));
        Assert.Equal(revoked.ToBytes(), revoked.With(revocation).ToBytes());
        Assert.Equal(PgpError.NoValidSelfSignature, Refused(() => other.Certificate.With(revocation)));
        Assert.Equal(PgpError.UnexpectedKind, Refused(() => RevocationCertificate.Read(key.Certificate.ToBytes())));
    }

    [Fact]
    public void Without_the_primary_keys_secret_part_nothing_is_changed()
    {
        using var key = Make(KeyProfile.Version4, null);
        using var stub = WithStub(key, key.Certificate.Primary.Packet);
        Assert.Equal(PgpError.NoSigningKey, Refused(() => stub.Edit(s_now)));
        Assert.Equal(PgpError.NoSigningKey, Refused(() => stub.MakeRevocation(s_now)));
    }

    [Fact]
    public async Task A_subkey_whose_secret_part_is_elsewhere_is_extended()
    {
        using var key = Make(KeyProfile.Version4, TimeSpan.FromDays(10));
        using var stub = WithStub(key, key.Certificate.Subkeys[0].Packet);
        using var extended = Edited(stub, edit => edit.SetExpiry(s_made.AddDays(100)));

        var message = await Sealing.SealAsync([1], key.Certificate, key, now: s_made.AddDays(1));
        var (_, verified) = await Sealing.OpenAsync(message, key, extended.Certificate, s_now);

        Assert.Equal(SignatureStatus.Good, Assert.Single(verified.Signatures).Status);
        Assert.Equal(PgpError.NoSigningKey, Refused(() => extended.SigningKey(s_now, PgpPolicy.Default)));
    }

    [Fact]
    public void Several_changes_at_once_are_as_good_as_one_after_the_other()
    {
        using var key = Make(KeyProfile.Version4, TimeSpan.FromDays(30));
        using var edited = Edited(key, edit => edit
            .AddUserId("Second <s@example.org>").SetExpiry(s_made.AddDays(90)).AddSubkey(SubkeyUse.Encrypt).SetExpiry(s_made.AddDays(60)));

        Assert.Equal(s_made.AddDays(60), edited.Certificate.ExpiresAt(s_now.AddMinutes(1)));
        Assert.Equal(Newest(edited), edited.Certificate.EncryptionKey(s_now.AddDays(1), PgpPolicy.Default).Fingerprint);
        Assert.Equal(edited.ToBytes(), SecretKey.Read(edited.ToBytes()).ToBytes());
    }

    [Fact]
    public void A_key_that_is_as_it_should_be_is_left_alone_by_an_update()
    {
        using var key = Make(KeyProfile.Version4, TimeSpan.FromDays(30));
        using var updated = Edited(key, edit => edit.Update());
        Assert.Equal(key.ToBytes(), updated.ToBytes());
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void An_update_extends_what_has_expired(KeyProfile profile)
    {
        using var key = Make(profile, TimeSpan.FromDays(10));
        using var updated = Edited(key, edit => edit.Update());
        updated.Certificate.RequireUsableForEncryption(s_now);
        Assert.Equal(s_now.AddDays(10), updated.Certificate.ExpiresAt(s_now));
    }

    [Fact]
    public void A_changed_key_shares_nothing_with_the_one_it_came_from()
    {
        var key = Make(KeyProfile.Version4, null);
        using var edited = Edited(key, edit => edit.AddUserId("Second <s@example.org>"));
        var octets = edited.ToBytes();
        key.Dispose();
        Assert.Equal(octets, edited.ToBytes());
        edited.SigningKey(s_now, PgpPolicy.Default);
    }

    internal static SecretKey Edited(SecretKey key, Func<KeyEdit, KeyEdit> change, DateTimeOffset? now = null)
    {
        using var edit = key.Edit(now ?? s_now);
        Assert.Equal("[secret]", edit.ToString());
        return change(edit).Finish();
    }

    private static SecretKey Make(KeyProfile profile, TimeSpan? validFor) => SecretKey.Generate(
        new KeyOptions { UserIds = ["Owner <o@example.org>"], CreatedAt = s_made, ValidFor = validFor, Profile = profile });

    /// <summary>The same key without the secret part of one of its keys, as GnuPG has it on a smart card's host.</summary>
    internal static SecretKey WithStub(SecretKey key, PublicKeyPacket missing)
    {
        using var output = new OctetWriter();
        foreach (var packet in Packet.Split(key.ToBytes(), 1 << 20))
        {
            if (packet.Type is not (PacketType.SecretKey or PacketType.SecretSubkey) || !packet.Body.Span.StartsWith(missing.Body.Span))
            {
                output.Octets(packet.Whole.Span);
                continue;
            }

            using var body = new OctetWriter();
            SecretKeyPacket.WriteUnprotected(missing, null, body);
            output.Packet(packet.Type, body.Written);
        }

        return SecretKey.Read(output.WrittenMemory);
    }

    private static Fingerprint Newest(SecretKey key) => key.Certificate.Subkeys.MaxBy(subkey => subkey.Packet.CreatedAt)!.Packet.Fingerprint;

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
