using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;
using SecureExchange.OpenPgp.Tests.Messages;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Keys and signatures of version 6.</summary>
public sealed class Version6Tests
{
    private const string Annex = "openpgp/rpgp/rfc9580/v6-25519-annex-a-4/tsk.asc";

    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<KeySuite> QuickSuites => [KeySuite.Curve25519, KeySuite.Curve448, KeySuite.NistP256, KeySuite.NistP384, KeySuite.NistP521];

    /// <summary>RFC 9580, appendix A.3 and A.4.</summary>
    [Fact]
    public void The_RFCs_own_key_is_read_and_written_back_octet_for_octet()
    {
        using var key = SecretKey.Read(Vectors.Read(Annex));
        var certificate = Certificate.Read(key.Certificate.ToBytes());

        Assert.Equal("CB186C4F0609A697E4D52DFA6C722B0C1F1E27C18A56708F6525EC27BAD9ACC9", certificate.Fingerprint.ToString());
        Assert.Equal(0xCB186C4F0609A697, certificate.Fingerprint.KeyId);
        Assert.Equal("12C83F1E706F6308FE151A417743A1F033790E93E9978488D1DB378DA9930885", certificate.Subkeys.Single().Packet.Fingerprint.ToString());
        Assert.Empty(certificate.UserIds);
        certificate.RequireUsableForEncryption(s_now);
        Assert.Equal(Dearmored(), key.ToBytes());

        static byte[] Dearmored() =>
            OpenPgp.Armor.ArmorDecoder.Binary(Vectors.Read(Annex), OpenPgp.Armor.ArmorKind.PrivateKey, PgpLimits.Default).ToArray();
    }

    [Theory]
    [MemberData(nameof(QuickSuites))]
    public async Task A_key_that_we_make_signs_and_decrypts(KeySuite suite)
    {
        using var key = Generate(suite);
        using var read = SecretKey.Read(key.ToBytes());
        var message = await Sealing.SealAsync(Sealing.Plaintext(1000), key.Certificate, key, now: s_now);

        var (plaintext, verified) = await Sealing.OpenAsync(message, read, Certificate.Read(key.Certificate.ToBytes()), s_now);

        Assert.Equal(Sealing.Plaintext(1000), plaintext);
        var signature = Assert.Single(verified.Signatures);
        Assert.Equal(SignatureStatus.Good, signature.Status);
        Assert.Equal(key.Certificate.Fingerprint, signature.Signer);
        Assert.Equal(key.Certificate.Subkeys[0].Packet.Fingerprint, signature.Subkey);
        Assert.All(key.Certificate.Keys, part => Assert.Equal(6, part.Packet.Version));
    }

    [Theory]
    [InlineData(KeyProfile.Version4)]
    [InlineData(KeyProfile.Version6)]
    public void A_key_needs_no_user_id(KeyProfile profile)
    {
        using var anonymous = SecretKey.Generate(new KeyOptions { CreatedAt = s_now, Profile = profile });

        anonymous.Certificate.RequireUsableForEncryption(s_now);
        Assert.Empty(anonymous.Certificate.UserIds);
    }

    [Fact]
    public void Only_the_version_6_profile_announces_authenticated_encryption()
    {
        using var modern = Generate(KeySuite.Curve25519);
        using var compatible = SecretKey.Generate("Compatible <c@example.org>", s_now);

        var (accepted, others) = (Preferences(modern), Preferences(compatible));

        Assert.True(accepted.AcceptsVersion2);
        Assert.Equal(
            [
                new AeadCiphersuite(CipherAlgorithm.Aes256, AeadAlgorithm.Ocb),
                new AeadCiphersuite(CipherAlgorithm.Aes256, AeadAlgorithm.Gcm),
                new AeadCiphersuite(CipherAlgorithm.Aes128, AeadAlgorithm.Ocb),
            ],
            accepted.AeadCiphersuites);
        Assert.False(others.AcceptsVersion2);
        Assert.Equal(Features.IntegrityProtectedDataV1, others.Features);
        Assert.Equal([CipherAlgorithm.Aes256, CipherAlgorithm.Aes128], others.Ciphers);

        static RecipientPreferences Preferences(SecretKey key) =>
            new CertificateView(key.Certificate, s_now, PgpPolicy.Default).Preferences();
    }

    [Fact]
    public void A_certificate_ends_when_its_direct_key_signature_says()
    {
        using var key = SecretKey.Generate(new KeyOptions
        {
            UserIds = ["Brief <b@example.org>"],
            CreatedAt = s_now,
            ValidFor = TimeSpan.FromDays(5),
            Profile = KeyProfile.Version6,
        });

        Assert.Equal(s_now.AddDays(5), key.Certificate.ExpiresAt(s_now));
        var expired = Assert.Throws<PgpException>(() => key.Certificate.RequireUsableForEncryption(s_now.AddDays(5)));
        Assert.Equal(PgpError.CertificateExpired, expired.Error);
    }

    [Fact]
    public void Without_its_direct_key_signature_a_certificate_says_nothing()
    {
        using var key = Generate(KeySuite.Curve25519);
        var packets = Packet.Split(key.Certificate.ToBytes(), int.MaxValue).ToList();
        Assert.Equal(SignatureType.DirectKey, SignaturePacket.Read(packets[1].Body, 0).Type);
        packets.RemoveAt(1);

        var refused = Assert.Throws<PgpException>(
            () => Certificate.Read(packets.SelectMany(p => p.Whole.ToArray()).ToArray()).RequireUsableForEncryption(s_now));
        Assert.Equal(PgpError.NoValidSelfSignature, refused.Error);
    }

    [Fact]
    public void Keys_of_two_versions_make_no_certificate()
    {
        using var modern = Generate(KeySuite.Curve25519);
        using var compatible = SecretKey.Generate("Compatible <c@example.org>", s_now);
        foreach (var (one, other) in new[] { (modern, compatible), (compatible, modern) })
        {
            var ours = Packet.Split(one.Certificate.ToBytes(), int.MaxValue).TakeWhile(p => p.Type != PacketType.PublicSubkey);
            var theirs = Packet.Split(other.Certificate.ToBytes(), int.MaxValue).SkipWhile(p => p.Type != PacketType.PublicSubkey);
            var mixed = Certificate.Read(ours.Concat(theirs).SelectMany(p => p.Whole.ToArray()).ToArray());

            Assert.Empty(mixed.Subkeys);
            Assert.Equal(
                PgpError.NoEncryptionSubkey,
                Assert.Throws<PgpException>(() => mixed.RequireUsableForEncryption(s_now)).Error);
        }
    }

    /// <summary>Each octet that a version 6 signature is made of says something that its verification rests on: the digest's first
    /// two as well (RFC 9580 §5.2.3.6).</summary>
    [Fact]
    public void A_signature_with_any_flipped_bit_binds_nothing()
    {
        using var key = SecretKey.Generate(new KeyOptions { CreatedAt = s_now, Profile = KeyProfile.Version6 });
        var octets = key.Certificate.ToBytes();
        var direct = Packet.Split(octets, int.MaxValue).First(p => p.Type == PacketType.Signature);
        for (var bit = 0; bit < direct.Body.Length * 8; bit++)
        {
            var at = (int)direct.Offset + (bit / 8);
            octets[at] ^= (byte)(1 << (bit % 8));
            try
            {
                Certificate.Read(octets).RequireUsableForEncryption(s_now);
                Assert.Fail($"bit {bit} was flipped unseen");
            }
            catch (PgpException)
            {
                // Refused.
            }

            octets[at] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public async Task One_flipped_bit_of_a_message_is_never_verified()
    {
        using var key = Generate(KeySuite.Curve25519);
        var message = await Sealing.SealAsync(Sealing.Plaintext(60), key.Certificate, key, now: s_now);
        var options = new OpenOptions { Keys = [key], Verifiers = [key.Certificate], Now = s_now };
        for (var bit = 0; bit < message.Length * 8; bit++)
        {
            message[bit / 8] ^= (byte)(1 << (bit % 8));
            if (await Sealing.FailureAsync(message, options) is null)
                Assert.Fail($"bit {bit} of {message.Length} octets was flipped unseen");
            message[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Legacy_algorithms_are_refused_by_name()
    {
        var refused = Assert.Throws<PgpException>(() => SecretKey.Read(Vectors.Read("openpgp/rpgp/rfc9580/v6-legacy_illegal/tsk.asc")));
        Assert.Equal(PgpError.UnsupportedAlgorithm, refused.Error);
    }

    private static SecretKey Generate(KeySuite suite) => SecretKey.Generate(new KeyOptions
    {
        UserIds = ["Modern <modern@example.org>", "Second <second@example.org>"],
        CreatedAt = s_now.AddDays(-1),
        Profile = KeyProfile.Version6,
        Suite = suite,
    });
}
