using System.Security.Cryptography;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Certificates as key servers, merges and strangers leave them: in any order, with copies and with junk.</summary>
public sealed class CertificateOrderTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<KeyProfile> Profiles => [KeyProfile.Version4, KeyProfile.Version6];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Whatever_the_order_and_however_often_it_says_the_same(KeyProfile profile)
    {
        using var key = Generate(profile);
        using var stranger = Generate(profile);
        var packets = Packets(key);
        for (var round = 0; round < 20; round++)
        {
            var rest = packets.Skip(1)
                .Concat(packets.Skip(1 + (round % packets.Count))) // Copies.
                .Concat(Packets(stranger).Where(p => p.Type == PacketType.Signature)) // Somebody else's.
                .Append(Junk(PacketType.Signature, [3, 5, 0x10, 1, 2, 3, 4]))
                .Append(Junk(PacketType.Signature, [9, 9, 9]))
                .Append(Junk(PacketType.Trust, [60]))
                .Append(Junk((PacketType)60, [1, 2, 3]))
                .OrderBy(packet => Order(packet, round));
            var certificate = Certificate.Read(rest.Prepend(packets[0]).SelectMany(p => p.Whole.ToArray()).ToArray());

            Assert.Equal(key.Certificate.UserIds.Order(), certificate.UserIds.Order());
            Assert.Equal(key.Certificate.UserIds[0], certificate.UserIds[0]);
            Assert.Equal(key.Certificate.ExpiresAt(s_now), certificate.ExpiresAt(s_now));
            Assert.Equal(2, certificate.Subkeys.Count);
            Assert.Equal(
                key.Certificate.EncryptionKey(s_now, PgpPolicy.Default).Fingerprint,
                certificate.EncryptionKey(s_now, PgpPolicy.Default).Fingerprint);
        }
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_revocation_counts_wherever_it_stands(KeyProfile profile)
    {
        using var key = Generate(profile);
        var packets = Packets(key);
        var primary = key.Certificate.Primary.Packet;
        using var data = SignedData.Write(primary, null, null);
        using var hash = new SigningHash(primary);
        hash.Append(data.Written);
        using var builder = new SignatureBuilder(SignatureType.KeyRevocation, (uint)s_now.ToUnixTimeSeconds());
        builder.Add(SubpacketType.ReasonForRevocation, [2]);
        using var revocation = new OctetWriter();
        builder.Finish(hash, key.Material(primary.Fingerprint)!, revocation);
        for (var at = 1; at <= packets.Count; at++)
        {
            var octets = packets.Take(at).SelectMany(p => p.Whole.ToArray()).Concat(revocation.ToArray())
                .Concat(packets.Skip(at).SelectMany(p => p.Whole.ToArray())).ToArray();
            var refused = Assert.Throws<PgpException>(() => Certificate.Read(octets).RequireUsableForEncryption(s_now));
            Assert.Equal(PgpError.CertificateRevoked, refused.Error);
        }
    }

    [Fact]
    public void Looking_for_the_place_of_many_signatures_ends()
    {
        using var key = Generate(KeyProfile.Version4);
        var packets = Packets(key);
        var bindings = packets.Where(p => p.Type == PacketType.Signature).ToList();
        byte[] Broken(Packet binding, int copy)
        {
            var broken = binding.Whole.ToArray();
            broken[^1] ^= (byte)(copy + 1); // Each another one: the same once more is passed over.
            return broken;
        }

        var limits = new PgpLimits { MaxSelfSignatures = 100 };
        byte[] Flooded(int copies) =>
            [.. packets.SelectMany(p => p.Whole.ToArray()), .. Enumerable.Range(0, copies).SelectMany(copy => bindings.SelectMany(b => Broken(b, copy)))];

        Certificate.Read(Flooded(15), limits).RequireUsableForEncryption(s_now); // Found no place, and changed nothing.
        Assert.Equal(PgpError.LimitExceeded, Assert.Throws<PgpException>(() => Certificate.Read(Flooded(30), limits)).Error);
    }

    [Fact]
    public void The_same_signature_many_times_is_verified_once()
    {
        using var key = Generate(KeyProfile.Version4);
        var octets = Packets(key).SelectMany(p => Enumerable.Repeat(p.Whole.ToArray(), p.Type == PacketType.Signature ? 1000 : 1).SelectMany(o => o)).ToArray();

        var read = Certificate.Read(octets, new PgpLimits { MaxSelfSignatures = 12 });

        read.RequireUsableForEncryption(s_now);
        Assert.Equal(key.Certificate.ToBytes(), read.Merge(key.Certificate).ToBytes()); // Copies aren't passed on.
    }

    /// <summary>A place that looks like chance and is the same in each run of a round for the same octets.</summary>
    private static string Order(Packet packet, int round) =>
        Convert.ToHexString(SHA256.HashData([(byte)round, .. packet.Whole.Span]));

    private static SecretKey Generate(KeyProfile profile) => SecretKey.Generate(new KeyOptions
    {
        UserIds = ["First <first@example.org>", "Second <second@example.org>", "Third <third@example.org>"],
        CreatedAt = s_now.AddDays(-1),
        ValidFor = TimeSpan.FromDays(30),
        Profile = profile,
    });

    private static List<Packet> Packets(SecretKey key) => [.. Packet.Split(key.Certificate.ToBytes(), int.MaxValue)];

    private static Packet Junk(PacketType type, byte[] body)
    {
        using var output = new OctetWriter();
        output.Packet(type, body);
        return Packet.Split(output.ToArray(), int.MaxValue).Single();
    }
}
