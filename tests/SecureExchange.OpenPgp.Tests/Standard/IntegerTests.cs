using System.Buffers.Binary;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;

namespace SecureExchange.OpenPgp.Tests.Standard;

/// <summary>Multiprecision integers that aren't as long as they say (RFC 9580 §3.2).</summary>
public sealed class IntegerTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(PublicKeyPacket.Version4, true)]
    [InlineData(PublicKeyPacket.Version6, false)]
    public void A_key_of_version_6_with_one_is_malformed(int version, bool isRead)
    {
        using var key = NewKey.Generate(KeySuite.NistP256, version, 1_770_000_000, encrypts: false);
        var body = key.Packet.Body.ToArray();
        MisstateLength(body.AsSpan(body.Length - 67)); // Of the point: count, prefix, two coordinates.

        var packet = new Packet(PacketType.PublicKey, body, body, 0);
        if (isRead) Assert.Equal(PublicKeyAlgorithm.Ecdsa, PublicKeyPacket.Read(packet, PgpLimits.Default).Material.Algorithm);
        else Assert.Equal(PgpError.Malformed, Assert.Throws<PgpException>(() => PublicKeyPacket.Read(packet, PgpLimits.Default)).Error);
    }

    [Theory]
    [InlineData(PublicKeyPacket.Version4, true)]
    [InlineData(PublicKeyPacket.Version6, false)]
    public void A_secret_part_of_version_6_with_one_is_malformed(int version, bool isRead)
    {
        using var key = NewKey.Generate(KeySuite.NistP256, version, 1_770_000_000, encrypts: false);
        using var written = new OctetWriter();
        SecretKeyPacket.WriteUnprotected(key.Packet, key.Material, written);
        var body = written.ToArray();
        var at = key.Packet.Body.Length + 1;
        var before = SessionKey.Checksum(body.AsSpan(at, 2));
        MisstateLength(body.AsSpan(at));
        var sum = BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(body.Length - 2)) + SessionKey.Checksum(body.AsSpan(at, 2)) - before;
        if (version == PublicKeyPacket.Version4) BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(body.Length - 2), (ushort)sum);

        var packet = new Packet(PacketType.SecretKey, body, body, 0);
        SecretKeyPacket Read() => SecretKeyPacket.Read(packet, default, PgpLimits.Default, new StretchingBudget(PgpLimits.Default));
        if (isRead) Read().Material!.Dispose();
        else Assert.Equal(PgpError.Malformed, Assert.Throws<PgpException>(() => Read()).Error);
    }

    [Theory]
    [InlineData(PublicKeyPacket.Version4, true)]
    [InlineData(PublicKeyPacket.Version6, false)]
    public void A_signature_of_version_6_with_one_does_not_verify(int version, bool verifies)
    {
        using var key = NewKey.Generate(KeySuite.NistP256, version, 1_770_000_000, encrypts: false);
        var digest = new byte[32];
        using var fields = new OctetWriter();
        key.Material.Sign(DigestAlgorithm.Sha256, digest, fields);
        var signature = fields.ToArray();
        Assert.True(key.Packet.Material.Verify(version, DigestAlgorithm.Sha256, digest, signature));

        MisstateLength(signature);
        Assert.Equal(verifies, key.Packet.Material.Verify(version, DigestAlgorithm.Sha256, digest, signature));
    }

    [Theory]
    [InlineData(KeyProfile.Version4, 10)]
    [InlineData(KeyProfile.Version6, 36)]
    public async Task A_session_key_behind_one_does_not_open(KeyProfile profile, int at)
    {
        using var key = SecretKey.Generate(new KeyOptions { CreatedAt = s_now.AddDays(-1), Profile = profile, Suite = KeySuite.NistP256 });
        var message = await Sealing.SealAsync([1, 2, 3], key.Certificate, now: s_now);
        var options = new OpenPgp.Messages.OpenOptions { Keys = [key], Now = s_now };
        Assert.Null(await Sealing.FailureAsync(message, options));

        MisstateLength(message.AsSpan(PacketHeader.Read(message, 0).Size + at));
        Assert.Equal(PgpError.DecryptionFailed, (await Sealing.FailureAsync(message, options))?.Error);
    }

    [Theory]
    [InlineData(KeySuite.NistP256)]
    [InlineData(KeySuite.Curve25519)]
    public void Integers_of_no_octets_are_no_key_and_no_signature(KeySuite suite)
    {
        using var key = NewKey.Generate(suite, PublicKeyPacket.Version4, 1_770_000_000, encrypts: false);
        Assert.False(key.Packet.Material.Verify(4, DigestAlgorithm.Sha256, new byte[32], [0, 0, 0, 0]));

        var oid = key.Packet.Body.Span.Slice(6, 1 + key.Packet.Body.Span[6]).ToArray();
        byte[] body = [4, 0x60, 0, 0, 0, (byte)key.Packet.Material.Algorithm, .. oid, 0, 0];
        Assert.Equal(
            PgpError.Malformed,
            Assert.Throws<PgpException>(() => PublicKeyPacket.Read(new Packet(PacketType.PublicKey, body, body, 0), PgpLimits.Default)).Error);
    }

    /// <summary>Another count of bits for the same octets.</summary>
    private static void MisstateLength(Span<byte> integer)
    {
        var bits = BinaryPrimitives.ReadUInt16BigEndian(integer);
        var wrong = bits % 8 == 0 ? bits - 1 : bits + 1;
        Assert.Equal((bits + 7) / 8, (wrong + 7) / 8);
        BinaryPrimitives.WriteUInt16BigEndian(integer, (ushort)wrong);
    }
}
