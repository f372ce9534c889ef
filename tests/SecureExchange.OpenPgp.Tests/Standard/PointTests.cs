using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;

namespace SecureExchange.OpenPgp.Tests.Standard;

/// <summary>Points that aren't on their curve, or in another form than their curve's (RFC 9580 §11.2).</summary>
public sealed class PointTests
{
    private const uint Made = 1_770_000_000;

    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(KeySuite.NistP256)]
    [InlineData(KeySuite.NistP521)]
    public void A_key_off_its_curve_gets_no_session_key_and_verifies_nothing(KeySuite suite)
    {
        using var encrypting = NewKey.Generate(suite, PublicKeyPacket.Version4, Made, encrypts: true);
        using var sessionKey = SessionKey.Random();
        using var output = new OctetWriter();
        var off = Altered(encrypting.Packet, behind: 4);
        var refused = Assert.Throws<PgpException>(
            () => off.Material.EncryptSessionKey(sessionKey, SessionKeyForm.Unbound, off.Fingerprint, output));
        Assert.Equal(PgpError.AlgorithmRefused, refused.Error);

        using var signing = NewKey.Generate(suite, PublicKeyPacket.Version4, Made, encrypts: false);
        var digest = new byte[64];
        signing.Material.Sign(DigestAlgorithm.Sha512, digest, output);
        Assert.True(signing.Packet.Material.Verify(4, DigestAlgorithm.Sha512, digest, output.Written));
        Assert.False(Altered(signing.Packet, behind: 0).Material.Verify(4, DigestAlgorithm.Sha512, digest, output.Written));

        static PublicKeyPacket Altered(PublicKeyPacket key, int behind)
        {
            var body = key.Body.ToArray();
            body[^(1 + behind)] ^= 1;
            return PublicKeyPacket.Read(new Packet(PacketType.PublicKey, body, body, 0), PgpLimits.Default);
        }
    }

    [Fact]
    public async Task A_session_key_under_a_point_off_the_curve_does_not_open()
    {
        using var key = SecretKey.Generate(new KeyOptions { CreatedAt = s_now.AddDays(-1), Suite = KeySuite.NistP256 });
        var message = await Sealing.SealAsync([1, 2, 3], key.Certificate, now: s_now);
        message[PacketHeader.Read(message, 0).Size + 10 + 2 + 64] ^= 1; // The last octet of the ephemeral point.

        var failure = await Sealing.FailureAsync(message, new OpenOptions { Keys = [key], Now = s_now });
        Assert.Equal(PgpError.DecryptionFailed, failure?.Error);
    }

    /// <summary>Compressed points of SEC 1, points of another length, and points without the prefix of their curve.</summary>
    [Theory]
    [InlineData(KeySuite.NistP256, 0x02)]
    [InlineData(KeySuite.NistP256, 0x40)]
    [InlineData(KeySuite.Curve25519, 0x04)]
    [InlineData(KeySuite.Curve25519, 0x41)]
    public void A_point_in_another_form_is_malformed(KeySuite suite, byte prefix)
    {
        foreach (var encrypts in new[] { true, false })
        {
            using var key = NewKey.Generate(suite, PublicKeyPacket.Version4, Made, encrypts);
            var body = key.Packet.Body.ToArray();
            var point = 6 + 1 + body[6] + 2;
            body[point] = prefix;
            var packet = new Packet(PacketType.PublicKey, body, body, 0);
            Assert.Equal(PgpError.Malformed, Assert.Throws<PgpException>(() => PublicKeyPacket.Read(packet, PgpLimits.Default)).Error);
        }
    }
}
