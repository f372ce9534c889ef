using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Standard;

/// <summary>What RFC 9580 says of certificates' signatures (§5.2.1.13, §5.2.3.10, §5.2.3.19, §5.2.3.23, §10.1, §13.7).</summary>
public sealed class CertificateRulesTests
{
    private const string UserId = "Owner <o@example.org>";

    private static readonly DateTimeOffset s_made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_now = s_made.AddDays(20);
    private static readonly SecretKey s_old = Generate(KeyProfile.Version4);
    private static readonly SecretKey s_modern = Generate(KeyProfile.Version6);
    private static readonly SecretKey s_other = SecretKey.Generate("Other <x@example.org>", s_made);

    /// <summary>A version 6 certificate is worth nothing without its direct-key signature, be it lost or taken back.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_direct_key_signature_that_was_taken_back_counts_no_more(int at)
    {
        var revocation = HandMade.SelfSignature(
            s_modern, SignatureType.CertificationRevocation, [.. HandMade.Created(s_now), .. HandMade.Issuer(s_modern.Certificate.Primary.Packet)]);
        var revoked = Inserted(s_modern.Certificate, at, revocation);

        s_modern.Certificate.RequireUsableForEncryption(s_now);
        Assert.Equal(PgpError.NoValidSelfSignature, Assert.Throws<PgpException>(() => revoked.RequireUsableForEncryption(s_now)).Error);
        Assert.Equal(
            PgpError.NoValidSelfSignature,
            Assert.Throws<PgpException>(() => s_modern.Certificate.Merge(revoked).RequireUsableForEncryption(s_now)).Error);
    }

    [Fact]
    public void Nobody_else_takes_a_direct_key_signature_back()
    {
        var primary = s_modern.Certificate.Primary.Packet;
        using var data = SignedData.Write(primary, null, null);
        var foreign = HandMade.Signature(
            s_other.Certificate.Primary.Packet, s_other.Material(s_other.Certificate.Fingerprint)!, SignatureType.CertificationRevocation,
            data.Written, HandMade.Created(s_now));

        Inserted(s_modern.Certificate, 1, foreign).RequireUsableForEncryption(s_now);
    }

    [Theory]
    [InlineData(KeyProfile.Version4, false)]
    [InlineData(KeyProfile.Version6, true)]
    public void Who_has_a_version_6_key_and_doesnt_say_what_he_reads_reads_version_2(KeyProfile profile, bool accepts)
    {
        var key = profile == KeyProfile.Version4 ? s_old : s_modern;
        var direct = HandMade.SelfSignature(
            key, SignatureType.DirectKey, [.. HandMade.Created(s_now), .. HandMade.Subpacket((byte)SubpacketType.KeyFlags, [(byte)KeyFlags.Certify])]);
        var silent = Certificate.Read(HandMade.Joined([HandMade.Packets(key.Certificate.ToBytes())[0], direct]));

        Assert.Equal(accepts, new CertificateView(silent, s_now, PgpPolicy.Default).Preferences().AcceptsVersion2);
    }

    [Fact]
    public void A_certification_for_one_copy_alone_is_neither_believed_nor_passed_on()
    {
        foreach (var isExportable in new[] { true, false })
        {
            using var data = SignedData.Write(s_old.Certificate.Primary.Packet, null, System.Text.Encoding.UTF8.GetBytes(UserId));
            var certification = HandMade.Signature(
                s_other.Certificate.Primary.Packet, s_other.Material(s_other.Certificate.Fingerprint)!, SignatureType.GenericCertification,
                data.Written, [.. HandMade.Created(s_now), .. HandMade.Subpacket(0x84, [(byte)(isExportable ? 1 : 0)])],
                HandMade.Issuer(s_other.Certificate.Primary.Packet));
            var certified = Inserted(s_old.Certificate, 2, certification);

            Assert.Equal(isExportable, certified.CertifiersOf(UserId, [s_other.Certificate], s_now).Count == 1);
            Assert.Equal(s_old.Certificate.ToBytes().Length + (isExportable ? certification.Length : 0), certified.ToBytes().Length);
        }
    }

    [Fact]
    public void A_revocation_counts_even_if_it_says_that_it_is_for_one_copy_alone()
    {
        var revocation = HandMade.SelfSignature(
            s_old, SignatureType.KeyRevocation, [.. HandMade.Created(s_now), .. HandMade.Subpacket(0x84, [0])]);
        var refused = Assert.Throws<PgpException>(() => Inserted(s_old.Certificate, 1, revocation).RequireUsableForEncryption(s_now));
        Assert.Equal(PgpError.CertificateRevoked, refused.Error);
    }

    /// <summary>§5.2.3.20 would have it ignored: who takes a word back isn't to be believed it.</summary>
    [Fact]
    public void What_says_that_it_cannot_be_taken_back_can_be()
    {
        byte[] hashed = [.. HandMade.Created(s_made), .. HandMade.Subpacket((byte)SubpacketType.Revocable, [0])];
        var certificate = Certificate.Read(HandMade.Joined(
        [
            HandMade.Packets(s_old.Certificate.ToBytes())[0], HandMade.Packet(PacketType.UserId, "New <n@example.org>"u8),
            HandMade.SelfSignature(s_old, SignatureType.PositiveCertification, hashed, "New <n@example.org>"),
        ]));
        Assert.Single(certificate.UserIds);

        var revocation = HandMade.SelfSignature(s_old, SignatureType.CertificationRevocation, HandMade.Created(s_now), "New <n@example.org>");
        Assert.Empty(Inserted(certificate, 3, revocation).UserIds);
    }

    /// <summary>§5.2.3.23: such a subpacket MUST NOT be generated, so that it isn't said anew, either.</summary>
    [Fact]
    public void That_another_key_may_revoke_this_one_is_not_said_anew()
    {
        byte[] hashed =
        [
            .. HandMade.Created(s_made), .. HandMade.Subpacket((byte)SubpacketType.KeyFlags, [(byte)KeyFlags.Certify]),
            .. HandMade.Subpacket((byte)SubpacketType.RevocationKey, [0x80, 22, .. s_other.Certificate.Fingerprint.ToBytes()]),
        ];
        var packets = HandMade.Packets(s_old.ToBytes());
        packets.Insert(1, HandMade.SelfSignature(s_old, SignatureType.DirectKey, hashed));
        using var key = SecretKey.Read(HandMade.Joined(packets));
        using var edit = key.Edit(s_now);
        using var extended = edit.SetExpiry(s_now.AddDays(100)).Finish();

        var direct = extended.Certificate.Primary.Bindings;
        Assert.Equal(2, direct.Count);
        Assert.Single(direct, s => Subpackets.Split(s.Packet.HashedArea, "", 0).Exists(sub => sub.Type == (byte)SubpacketType.RevocationKey));
    }

    [Theory]
    [InlineData(KeyProfile.Version4)]
    [InlineData(KeyProfile.Version6)]
    public void A_revocation_kept_apart_stands_behind_its_key_in_version_6(KeyProfile profile)
    {
        var key = profile == KeyProfile.Version4 ? s_old : s_modern;
        var revocation = key.MakeRevocation(s_now);
        var types = HandMade.Packets(revocation.ToBytes()).Select(packet => PacketHeader.Read(packet, 0).Type);

        Assert.Equal(profile == KeyProfile.Version4 ? [PacketType.Signature] : [PacketType.PublicKey, PacketType.Signature], types);
        foreach (var form in new[] { revocation.ToBytes(), System.Text.Encoding.ASCII.GetBytes(revocation.ToArmor()), revocation.Packet.Whole.ToArray() })
        {
            var revoked = key.Certificate.With(RevocationCertificate.Read(form));
            Assert.Equal(PgpError.CertificateRevoked, Assert.Throws<PgpException>(() => revoked.RequireUsableForEncryption(s_now)).Error);
        }

        // Behind its key it's a certificate that says one thing, to be merged into copies.
        var alone = Certificate.Read(HandMade.Joined([HandMade.Packets(key.Certificate.ToBytes())[0], revocation.Packet.Whole.ToArray()]));
        Assert.Equal(
            PgpError.CertificateRevoked,
            Assert.Throws<PgpException>(() => key.Certificate.Merge(alone).RequireUsableForEncryption(s_now)).Error);
    }

    private static SecretKey Generate(KeyProfile profile) =>
        SecretKey.Generate(new KeyOptions { UserIds = [UserId], CreatedAt = s_made, Profile = profile });

    private static Certificate Inserted(Certificate certificate, int at, byte[] packet)
    {
        var packets = HandMade.Packets(certificate.ToBytes());
        packets.Insert(at, packet);
        return Certificate.Read(HandMade.Joined(packets));
    }
}
