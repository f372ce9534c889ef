using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Certificates from somebody who wants a revocation to be lost, or the reader to be busy.</summary>
public sealed class HostileCertificateTests
{
    private const int Ed25519SignatureSize = 64;
    private const string UserId = "Owner <o@example.org>";

    private static readonly DateTimeOffset s_made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_now = s_made.AddDays(20);
    private static readonly SecretKey s_key = SecretKey.Generate(UserId, s_made);
    private static readonly SecretKey s_other = SecretKey.Generate("Other <x@example.org>", s_made);

    private static readonly byte[] s_strangersName = [22, 33, 4, .. s_other.Certificate.Fingerprint.ToBytes()];

    [Fact]
    public void A_revocation_that_a_stranger_put_his_name_on_does_not_take_the_true_ones_place()
    {
        var revocation = Sign(s_key, SignatureType.KeyRevocation, Created(s_now), []);
        var renamed = Sign(s_key, SignatureType.KeyRevocation, Created(s_now), s_strangersName);

        var revoked = Inserted(s_key, renamed, revocation);
        Assert.True(IsRevoked(revoked));
        Assert.True(IsRevoked(revoked.Merge(s_key.Certificate)));
        Assert.True(IsRevoked(Inserted(s_key, renamed).Merge(Inserted(s_key, revocation))));
        Assert.True(IsRevoked(s_other.Certify(revoked, UserId, s_now, requireSelfSignature: false)));
    }

    [Fact]
    public void What_the_signer_says_of_himself_beats_what_stands_behind_it()
    {
        var keyId = s_key.Certificate.Primary.Packet.Fingerprint.ToBytes()[^8..];
        Assert.True(IsRevoked(Inserted(
            s_key, Sign(s_key, SignatureType.KeyRevocation, [.. Created(s_now), 9, 16, .. keyId], s_strangersName))));
    }

    [Fact]
    public void A_revocation_with_another_salt_does_not_take_the_true_ones_place()
    {
        using var key = SecretKey.Generate(new KeyOptions { UserIds = [UserId], CreatedAt = s_made, Profile = KeyProfile.Version6 });
        var revocation = key.MakeRevocation(s_now).Packet.Whole.ToArray();
        var salted = (byte[])revocation.Clone();
        salted[^(Ed25519SignatureSize + 1)] ^= 1;

        Assert.True(IsRevoked(Inserted(key, salted, revocation).Merge(key.Certificate)));
        Assert.True(IsRevoked(Inserted(key, salted).Merge(Inserted(key, revocation))));
    }

    [Fact]
    public void A_binding_with_its_back_signature_is_preferred_to_its_copy_without()
    {
        var (key, bare, whole) = Rebound([]);
        using (key)
        {
            var both = Appended(key, bare, whole);
            Assert.True((View(both, s_now.AddDays(1)).Subkey(both.Subkeys[0]).Flags & KeyFlags.Sign) != 0);
            both = both.Merge(key.Certificate);
            Assert.True((View(both, s_now.AddDays(1)).Subkey(both.Subkeys[0]).Flags & KeyFlags.Sign) != 0);
        }
    }

    [Fact]
    public void A_subkey_signs_no_longer_than_it_wants_to_belong_here()
    {
        var (key, _, whole) = Rebound([5, 3, 0, 0, 0, 60]); // A minute.
        using (key)
        {
            var bound = new CertificateView(Appended(key, whole), s_now.AddSeconds(30), PgpPolicy.Default);
            var subkey = bound.Certificate.Subkeys[0];
            Assert.Equal(s_now, bound.Newest(subkey.Bindings, subkey.Packet)!.CreatedAt);
            Assert.NotEqual(s_now, View(bound.Certificate, s_now.AddSeconds(60)).Newest(subkey.Bindings, subkey.Packet)!.CreatedAt);
        }
    }

    [Fact]
    public void A_forged_back_signature_is_not_taken_over_into_a_new_binding()
    {
        var (key, _, whole) = Rebound([], forgedFirst: true);
        using (key)
        {
            using var signed = SecretKey.Read(Appended(key.ToBytes(), whole));
            using var stub = KeyEditTests.WithStub(signed, signed.Certificate.Subkeys[0].Packet);
            using var extended = KeyEditTests.Edited(stub, edit => edit.SetExpiry(s_now.AddDays(100)), s_now.AddDays(1));
            Assert.True((View(extended.Certificate, s_now.AddDays(2)).Subkey(extended.Certificate.Subkeys[0]).Flags & KeyFlags.Sign) != 0);
        }
    }

    [Fact]
    public void A_certificate_of_too_many_packets_is_refused()
    {
        var foreign = Sign(s_other, SignatureType.GenericCertification, Created(s_now), s_strangersName);
        var flood = Enumerable.Repeat(foreign, PgpLimits.Default.MaxCertificatePackets).ToArray();
        Assert.Equal(PgpError.LimitExceeded, Assert.Throws<PgpException>(() => Appended(s_key, flood)).Error);
    }

    [Fact]
    public void Whoever_is_flooded_with_forged_certifications_vouches_for_nobody()
    {
        var certified = s_other.Certify(s_key.Certificate, UserId, s_now);
        Certificate Flooded(int forged) => s_key.Certificate.Merge(certified).Merge(Inserted(
            s_key, [.. Enumerable.Range(0, forged).Select(i => Forged(s_other, SignatureType.GenericCertification, i))], behindUserId: true));

        Assert.Single(Flooded(PgpLimits.Default.MaxSelfSignatures - 1).CertifiersOf(UserId, [s_other.Certificate], s_now));
        Assert.Empty(Flooded(PgpLimits.Default.MaxSelfSignatures).CertifiersOf(UserId, [s_other.Certificate], s_now));
    }

    [Fact]
    public void Forged_self_signatures_leave_room_for_a_revocation()
    {
        var own = s_key.Certificate.OwnSignatures.Count + 1; // One back signature.
        var forged = Enumerable.Range(0, PgpLimits.Default.MaxSelfSignatures - own).Select(i => Forged(s_key, SignatureType.KeyRevocation, i));
        var poisoned = Inserted(s_key, [.. forged]);

        Assert.True(IsRevoked(poisoned.With(s_key.MakeRevocation(s_now))));
        Assert.True(IsRevoked(poisoned.Merge(s_key.Certificate.With(s_key.MakeRevocation(s_now)))));
    }

    [Fact]
    public void A_revocation_behind_a_part_that_nobody_bound_is_taken_over()
    {
        var revocation = s_key.MakeRevocation(s_now).ToBytes();
        Assert.True(IsRevoked(s_key.Certificate.Merge(Appended(s_key, Packet(PacketType.UserAttribute, [1, 2, 3]), revocation))));
        Assert.True(IsRevoked(s_key.Certificate.Merge(Appended(s_key, Packet(PacketType.UserId, [65]), revocation))));
    }

    [Fact]
    public void A_user_ids_revocation_counts_behind_a_picture_too()
    {
        var revocation = Certification(s_key, SignatureType.CertificationRevocation, s_now);
        Assert.Empty(Appended(s_key, Packet(PacketType.UserAttribute, [1, 2, 3]), revocation).UserIds);

        // And isn't passed over where many others look for their place before it.
        var forged = Enumerable.Range(0, 40).Select(i => Forged(s_key, SignatureType.SubkeyBinding, i)).ToArray();
        var limits = new PgpLimits { MaxSelfSignatures = 60 };
        var octets = Appended(s_key.Certificate.ToBytes(), [.. forged, Packet(PacketType.UserAttribute, [1, 2, 3]), revocation]);
        Assert.Empty(Certificate.Read(octets, limits).UserIds);
    }

    [Fact]
    public void A_pictures_own_signatures_stay_with_it()
    {
        var picture = Packet(PacketType.UserAttribute, [1, 2, 3]);
        var binding = Sign(s_key, SignatureType.PositiveCertification, Created(s_now), [], attribute: new byte[] { 1, 2, 3 });
        var forged = Forged(s_key, SignatureType.CertificationRevocation, 1);
        var expected = Appended(s_key, picture, binding).ToBytes();

        Assert.NotEqual(s_key.Certificate.ToBytes(), expected);
        Assert.Equal(
            OrderOf(expected), OrderOf(Appended(s_key, picture, binding, forged).Merge(s_key.Certificate).ToBytes()));
    }

    [Fact]
    public void A_soft_revocation_older_than_the_owners_last_word_is_not_said_to_revoke()
    {
        var soft = s_key.MakeRevocation(s_made.AddDays(1), RevocationReason.Retired);
        Assert.True(IsRevoked(s_key.Certificate.With(soft)));
        using var extended = KeyEditTests.Edited(s_key, edit => edit.SetExpiry(s_made.AddDays(300)));

        Assert.Equal(PgpError.NoValidSelfSignature, Assert.Throws<PgpException>(() => extended.Certificate.With(soft)).Error);
        Assert.True(IsRevoked(extended.Certificate.With(s_key.MakeRevocation(s_made.AddDays(1)))));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1000)]
    public void A_certification_taken_back_at_any_time_counts_for_nothing(int days)
    {
        var certified = s_other.Certify(s_key.Certificate, UserId, s_now);
        var revoked = certified.Merge(
            Inserted(s_key, [Certification(s_other, SignatureType.CertificationRevocation, s_now.AddDays(days))], behindUserId: true));

        Assert.Single(certified.CertifiersOf(UserId, [s_other.Certificate], s_now));
        Assert.Empty(revoked.CertifiersOf(UserId, [s_other.Certificate], s_now));
    }

    private static bool IsRevoked(Certificate certificate) => View(certificate, s_now.AddDays(1)).Primary().Problem is PgpError.CertificateRevoked;

    private static CertificateView View(Certificate certificate, DateTimeOffset at) => new(certificate, at, PgpPolicy.Default);

    private static byte[] Created(DateTimeOffset at)
    {
        var seconds = (uint)at.ToUnixTimeSeconds();
        return [5, 2, (byte)(seconds >> 24), (byte)(seconds >> 16), (byte)(seconds >> 8), (byte)seconds];
    }

    private static string[] OrderOf(byte[] certificate) =>
        [.. OpenPgp.Packets.Packet.Split(certificate, certificate.Length).Select(packet => Convert.ToHexString(packet.Body.Span)).Order()];

    /// <summary>The certificate with more packets behind its primary key, or behind its first user id.</summary>
    private static Certificate Inserted(SecretKey key, params byte[][] packets) => Inserted(key, packets, behindUserId: false);

    private static Certificate Inserted(SecretKey key, byte[][] packets, bool behindUserId)
    {
        var own = OpenPgp.Packets.Packet.Split(key.Certificate.ToBytes(), int.MaxValue).Select(packet => packet.Whole.ToArray()).ToList();
        var at = behindUserId ? 2 : 1;
        return Certificate.Read((byte[])[.. own.Take(at).Concat(packets).Concat(own.Skip(at)).SelectMany(octets => octets)]);
    }

    private static Certificate Appended(SecretKey key, params byte[][] packets) => Certificate.Read(Appended(key.Certificate.ToBytes(), packets));

    private static byte[] Appended(byte[] octets, params byte[][] packets) => [.. octets, .. packets.SelectMany(packet => packet)];

    private static byte[] Packet(PacketType type, ReadOnlySpan<byte> body)
    {
        using var output = new OctetWriter();
        output.Packet(type, body);
        return output.ToArray();
    }

    private static byte[] Forged(SecretKey key, SignatureType type, int number)
    {
        var issuer = key.Certificate.Fingerprint.ToBytes();
        var signature = Sign(key, type, [.. Created(s_now.AddSeconds(number)), 22, 33, 4, .. issuer], []);
        signature[^1] ^= 1;
        return signature;
    }

    private static byte[] Certification(SecretKey signer, SignatureType type, DateTimeOffset at)
    {
        using var builder = new SignatureBuilder(type, (uint)at.ToUnixTimeSeconds());
        return PartSigner.Of(signer).Sign(
            builder, s_key.Certificate.Primary.Packet, userId: System.Text.Encoding.UTF8.GetBytes(UserId)).Whole.ToArray();
    }

    /// <summary>A key whose signing subkey is bound anew at <see cref="s_now"/>, with the back signature where anybody may write.</summary>
    private static (SecretKey Key, byte[] Bare, byte[] Whole) Rebound(byte[] inBackSignature, bool forgedFirst = false)
    {
        var key = SecretKey.Generate(UserId, s_made);
        var subkey = key.Certificate.Subkeys[0].Packet;
        var back = Body(Sign(key, SignatureType.PrimaryKeyBinding, [.. Created(s_now), .. inBackSignature], [], subkey, signer: subkey));
        var forged = (byte[])back.Clone();
        forged[^1] ^= 1;
        byte[] Embedded(byte[] body) => [(byte)(body.Length + 1), 32, .. body];
        byte[] hashed = [.. Created(s_now), 2, 27, (byte)KeyFlags.Sign];
        var unhashed = forgedFirst ? (byte[])[.. Embedded(forged), .. Embedded(back)] : Embedded(back);
        return (key, Sign(key, SignatureType.SubkeyBinding, hashed, [], subkey), Sign(key, SignatureType.SubkeyBinding, hashed, unhashed, subkey));

        static byte[] Body(byte[] packet) => OpenPgp.Packets.Packet.Split(packet, packet.Length).Single().Body.ToArray();
    }

    /// <summary>A version 4 signature with these areas and no others, whoever it says made it.</summary>
    private static byte[] Sign(
        SecretKey key, SignatureType type, byte[] hashedArea, byte[] unhashedArea, PublicKeyPacket? subkey = null, byte[]? attribute = null,
        PublicKeyPacket? signer = null)
    {
        var primary = key.Certificate.Primary.Packet;
        signer ??= primary;
        using var data = SignedData.Write(primary, subkey, attribute is null ? (ReadOnlyMemory<byte>?)null : attribute, attribute is not null);
        using var hash = new SigningHash(signer);
        hash.Append(data.Written);
        using var body = new OctetWriter();
        body.Octets([4, (byte)type, (byte)signer.Material.Algorithm, (byte)hash.Algorithm]);
        body.UInt16(hashedArea.Length);
        body.Octets(hashedArea);
        using var trailer = new OctetWriter();
        SignaturePacket.WriteTrailer(body.Written, trailer);
        hash.Append(trailer.Written);
        var digest = new byte[Digest.MaxSize];
        var size = hash.Finish(digest);
        body.UInt16(unhashedArea.Length);
        body.Octets(unhashedArea);
        body.Octets(digest.AsSpan(0, 2));
        key.Material(signer.Fingerprint)!.Sign(hash.Algorithm, digest.AsSpan(0, size), body);
        return Packet(PacketType.Signature, body.Written);
    }
}
