using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Keys;

public sealed class CertificateMergeTests
{
    private static readonly DateTimeOffset s_made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_now = s_made.AddDays(20);
    private static readonly SecretKey s_key = SecretKey.Generate("Owner <o@example.org>", s_made);
    private static readonly SecretKey s_authority = SecretKey.Generate("Authority <a@example.org>", s_made);

    [Fact]
    public void Both_copies_news_are_in_the_merged_one_once()
    {
        using var one = KeyEditTests.Edited(s_key, edit => edit.AddUserId("Second <s@example.org>"));
        using var two = KeyEditTests.Edited(s_key, edit => edit.AddSubkey(SubkeyUse.Encrypt).SetExpiry(s_made.AddDays(300)));

        var merged = one.Certificate.Merge(two.Certificate);

        Assert.Equal(["Owner <o@example.org>", "Second <s@example.org>"], merged.UserIds);
        Assert.Equal(3, merged.Subkeys.Count);
        Assert.Equal(s_made.AddDays(300), merged.ExpiresAt(s_now.AddMinutes(1)));
        Assert.Equal(merged.ToBytes(), merged.Merge(one.Certificate).Merge(two.Certificate).Merge(merged).ToBytes());
        Assert.Equal(merged.ToBytes().Length, two.Certificate.Merge(one.Certificate).ToBytes().Length);

        // Keys, user ids, subkeys: in the order in which certificates stand.
        var heads = merged.AllPackets.Select(packet => packet.Type).Where(type => type != PacketType.Signature);
        Assert.Equal(
            [PacketType.PublicKey, PacketType.UserId, PacketType.UserId, PacketType.PublicSubkey, PacketType.PublicSubkey, PacketType.PublicSubkey],
            heads);
    }

    [Fact]
    public void Other_certificates_are_not_merged() =>
        Assert.Throws<ArgumentException>(() => s_key.Certificate.Merge(s_authority.Certificate));

    [Fact]
    public void Parts_that_the_owner_did_not_bind_stay_out()
    {
        using var output = new OctetWriter();
        output.Octets(s_key.Certificate.ToBytes());
        output.Packet(PacketType.UserId, "Intruder <i@example.org>"u8);
        output.Packet(PacketType.PublicSubkey, s_authority.Certificate.Subkeys[0].Packet.Body.Span);
        var flooded = Certificate.Read(output.WrittenMemory);

        Assert.Equal(s_key.Certificate.ToBytes(), s_key.Certificate.Merge(flooded).ToBytes());
    }

    [Fact]
    public void A_flood_of_foreign_certifications_does_not_keep_a_revocation_out()
    {
        const int Flood = 20;
        var flooded = s_key.Certificate;
        for (var i = 0; i < Flood; i++) flooded = s_authority.Certify(flooded, "Owner <o@example.org>", s_now.AddSeconds(i));
        var revoked = flooded.With(s_key.MakeRevocation(s_now));

        var merged = s_key.Certificate.Merge(revoked, new PgpLimits { MaxForeignSignatures = 5 });

        Assert.Equal(5, merged.AllPackets.Count - revoked.AllPackets.Count + Flood);
        Assert.Throws<PgpException>(() => merged.RequireUsableForEncryption(s_now));
        Assert.Equal(revoked.AllPackets.Count, s_key.Certificate.Merge(revoked).AllPackets.Count);
    }

    [Fact]
    public void What_stands_twice_in_a_copy_stands_there_once_when_it_is_merged()
    {
        var own = s_key.Certificate.ToBytes();
        var primary = s_key.Certificate.AllPackets[0].Whole.Length;
        var doubled = Certificate.Read((byte[])[.. own, .. own.AsSpan(primary)]);

        Assert.Equal(own, doubled.Merge(s_key.Certificate).ToBytes());
        Assert.Equal(own, s_key.Certificate.Merge(doubled).ToBytes());
    }

    [Fact]
    public void Self_signatures_that_do_not_verify_stay_out()
    {
        using var output = new OctetWriter();
        output.Octets(s_key.Certificate.ToBytes());
        var signature = s_key.Certificate.AllPackets.Last(packet => packet.Type == PacketType.Signature).Body.ToArray();
        for (var i = 0; i < 20; i++)
        {
            signature[^1]++;
            output.Packet(PacketType.Signature, signature);
        }

        var merged = s_key.Certificate.Merge(Certificate.Read(output.WrittenMemory), new PgpLimits { MaxSelfSignatures = 10 });

        Assert.Equal(s_key.Certificate.ToBytes(), merged.ToBytes());
    }

    [Fact]
    public void Certifications_by_others_are_kept_and_change_nothing()
    {
        var certified = s_authority.Certify(s_key.Certificate, "Owner <o@example.org>", s_now, CertificationLevel.Positive);

        Assert.Equal(s_key.Certificate.AllPackets.Count + 1, Certificate.Read(certified.ToBytes()).AllPackets.Count);
        Assert.Equal(s_key.Certificate.ExpiresAt(s_now), certified.ExpiresAt(s_now));
        using var edited = KeyEditTests.Edited(s_key, edit => edit.Merge(certified));
        Assert.Equal(certified.ToBytes(), edited.Certificate.ToBytes());
    }

    [Fact]
    public void A_user_id_is_vouched_for_by_those_who_certified_it()
    {
        const string UserId = "Owner <o@example.org>";
        using var other = SecretKey.Generate("Other <x@example.org>", s_made);
        var certified = s_authority.Certify(s_key.Certificate, UserId, s_now);

        Assert.Equal([s_authority.Certificate.Fingerprint], certified.CertifiersOf(UserId, [other.Certificate, s_authority.Certificate], s_now));
        Assert.Empty(certified.CertifiersOf(UserId, [other.Certificate], s_now));
        Assert.Empty(certified.CertifiersOf("Nobody", [s_authority.Certificate], s_now));
        Assert.Empty(certified.CertifiersOf(UserId, [s_authority.Certificate], s_now.AddDays(-1)));
        Assert.Empty(s_key.Certificate.CertifiersOf(UserId, [s_authority.Certificate], s_now));

        // An authority that is revoked vouches for nobody, and neither does one for a revoked certificate.
        Assert.Empty(certified.CertifiersOf(UserId, [s_authority.Certificate.With(s_authority.MakeRevocation(s_now))], s_now));
        Assert.Empty(certified.With(s_key.MakeRevocation(s_now)).CertifiersOf(UserId, [s_authority.Certificate], s_now));
    }

    [Fact]
    public void A_user_id_that_its_owner_has_not_bound_is_certified_on_demand_only()
    {
        const string UserId = "Alias <alias@example.org>";
        var refused = Assert.Throws<PgpException>(() => s_authority.Certify(s_key.Certificate, UserId, s_now));
        Assert.Equal(PgpError.NoValidSelfSignature, refused.Error);

        var certified = s_authority.Certify(s_key.Certificate, UserId, s_now, requireSelfSignature: false);

        Assert.Equal(["Owner <o@example.org>"], certified.UserIds);
        Assert.Empty(certified.CertifiersOf(UserId, [s_authority.Certificate], s_now));
        Assert.True(certified.AllPackets.Count > s_key.Certificate.AllPackets.Count + 1);
    }

    [Fact]
    public void One_flipped_bit_of_a_certification_vouches_for_nobody()
    {
        const string UserId = "Owner <o@example.org>";
        var certified = s_authority.Certify(s_key.Certificate, UserId, s_now);
        var octets = certified.ToBytes();
        var packet = Packet.Split(octets, octets.Length).Last(p => p.Type == PacketType.Signature
            && SignaturePacket.Read(p.Body, 0).IssuerFingerprint == s_authority.Certificate.Fingerprint);
        var hashed = SignaturePacket.Read(packet.Body, 0).HashedPart.Length;
        for (var bit = 0; bit < hashed * 8; bit++)
        {
            octets[packet.Offset + (bit / 8)] ^= (byte)(1 << (bit % 8));
            Assert.Empty(Certificate.Read(octets).CertifiersOf(UserId, [s_authority.Certificate], s_now));
            octets[packet.Offset + (bit / 8)] ^= (byte)(1 << (bit % 8));
        }
    }
}
