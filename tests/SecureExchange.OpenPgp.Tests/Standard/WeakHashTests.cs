using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Standard;

/// <summary>Where RFC 9580 wants stronger hashes than old programs used (§5.2.3.2 to §5.2.3.5, §9.5, §11.5).</summary>
public sealed class WeakHashTests
{
    private const uint Made = 1_770_000_000;

    private static readonly byte[] s_passphrase = "correct horse"u8.ToArray();

    /// <summary>No secret of version 6 is decrypted by a passphrase that went through SHA-1, or through no salt.</summary>
    [Theory]
    [InlineData(PublicKeyPacket.Version4, DigestAlgorithm.Sha1, true)]
    [InlineData(PublicKeyPacket.Version4, DigestAlgorithm.Sha256, true)]
    [InlineData(PublicKeyPacket.Version6, DigestAlgorithm.Sha1, false)]
    [InlineData(PublicKeyPacket.Version6, DigestAlgorithm.Sha256, true)]
    internal void A_version_6_key_under_SHA_1_is_refused(int version, DigestAlgorithm digest, bool opens)
    {
        using var key = NewKey.Generate(KeySuite.Curve25519, version, Made, encrypts: false);
        using var output = new OctetWriter();
        output.Octets(key.Packet.Body.Span);
        SecretKeyLock.New(SecretKeyProtection.Cfb, Stretching(digest)).Write(key.Packet, PacketType.SecretKey, key.Material, s_passphrase, output);
        var packet = HandMade.Packet(PacketType.SecretKey, output.Written);

        if (opens) SecretKey.Read(packet, s_passphrase).Dispose();
        else Assert.Equal(PgpError.UnsupportedProtection, Assert.Throws<PgpException>(() => SecretKey.Read(packet, s_passphrase)).Error);
    }

    [Theory]
    [InlineData(4, new byte[] { 3, (byte)DigestAlgorithm.Sha1, 1, 2, 3, 4, 5, 6, 7, 8, 96 }, true)]
    [InlineData(4, new byte[] { 0, (byte)DigestAlgorithm.Sha256 }, true)]
    [InlineData(6, new byte[] { 3, (byte)DigestAlgorithm.Sha256, 1, 2, 3, 4, 5, 6, 7, 8, 96 }, true)]
    [InlineData(6, new byte[] { 3, (byte)DigestAlgorithm.Sha1, 1, 2, 3, 4, 5, 6, 7, 8, 96 }, false)]
    [InlineData(6, new byte[] { 0, (byte)DigestAlgorithm.Sha256 }, false)]
    public void A_version_6_session_key_under_SHA_1_or_without_salt_is_passed_over(int version, byte[] specifier, bool isRead)
    {
        byte[] body = version == 4
            ? [4, (byte)CipherAlgorithm.Aes256, .. specifier]
            : [6, (byte)(3 + specifier.Length + 15), (byte)CipherAlgorithm.Aes256, (byte)AeadAlgorithm.Ocb, (byte)specifier.Length, .. specifier, .. new byte[15 + 48]];
        Assert.Equal(isRead, PassphraseSessionKey.Read(body, 0) is not null);
    }

    /// <summary>A digest as long as the curve's field, 64 octets for P-521: a longer one is cut by ECDSA itself, a shorter one is
    /// somebody's attempt to get by with a weaker hash.</summary>
    [Theory]
    [InlineData(KeySuite.NistP256, DigestAlgorithm.Sha256, DigestAlgorithm.Sha1)]
    [InlineData(KeySuite.NistP384, DigestAlgorithm.Sha384, DigestAlgorithm.Sha256)]
    [InlineData(KeySuite.NistP521, DigestAlgorithm.Sha512, DigestAlgorithm.Sha384)]
    [InlineData(KeySuite.Curve25519, DigestAlgorithm.Sha256, DigestAlgorithm.Sha1)]
    [InlineData(KeySuite.Curve448, DigestAlgorithm.Sha512, DigestAlgorithm.Sha384)]
    internal void A_digest_shorter_than_the_curve_is_not_signed(KeySuite suite, DigestAlgorithm least, DigestAlgorithm tooShort)
    {
        foreach (var version in suite == KeySuite.Curve448 ? [PublicKeyPacket.Version6] : new[] { PublicKeyPacket.Version4, PublicKeyPacket.Version6 })
        {
            using var key = NewKey.Generate(suite, version, Made, encrypts: false);
            Assert.Equal(least, key.Packet.Material.SigningDigest);
            Assert.True(Verifies(key, least));
            Assert.False(Verifies(key, tooShort));
        }

        static bool Verifies(NewKey key, DigestAlgorithm algorithm)
        {
            var digest = new byte[algorithm.Size()];
            using var signature = new OctetWriter();
            key.Material.Sign(algorithm, digest, signature);
            return key.Packet.Material.Verify(key.Packet.Version, algorithm, digest, signature.Written);
        }
    }

    [Theory]
    [InlineData(DigestAlgorithm.Sha1, CipherAlgorithm.Aes128)]
    [InlineData(DigestAlgorithm.Md5, CipherAlgorithm.Aes128)]
    [InlineData(DigestAlgorithm.RipeMd160, CipherAlgorithm.Aes128)]
    [InlineData(DigestAlgorithm.Sha256, (CipherAlgorithm)3)]
    internal void A_key_that_wants_session_keys_derived_or_wrapped_so_gets_none(DigestAlgorithm digest, CipherAlgorithm cipher)
    {
        using var key = NewKey.Generate(KeySuite.NistP256, PublicKeyPacket.Version4, Made, encrypts: true);
        Assert.Null(key.Packet.Material.Refusal(PgpPolicy.Default));
        var body = key.Packet.Body.ToArray();
        (body[^2], body[^1]) = ((byte)digest, (byte)cipher);

        var altered = PublicKeyPacket.Read(new Packet(PacketType.PublicSubkey, body, body, 0), PgpLimits.Default).Material;
        Assert.False(altered.CanEncrypt);
        Assert.NotNull(altered.Refusal(PgpPolicy.Default));
    }

    /// <summary>§11.5.1: in version 6 a curve has one pair of hash and cipher.</summary>
    [Fact]
    public void A_version_6_key_with_another_derivation_than_its_curves_gets_no_session_key()
    {
        using var key = NewKey.Generate(KeySuite.NistP256, PublicKeyPacket.Version6, Made, encrypts: true);
        var body = key.Packet.Body.ToArray();
        (body[^2], body[^1]) = ((byte)DigestAlgorithm.Sha512, (byte)CipherAlgorithm.Aes256);

        var altered = PublicKeyPacket.Read(new Packet(PacketType.PublicSubkey, body, body, 0), PgpLimits.Default).Material;
        Assert.False(altered.CanEncrypt);
        Assert.NotNull(altered.Refusal(PgpPolicy.Default));
    }

    private static StringToKey Stretching(DigestAlgorithm digest)
    {
        var fields = new OctetCursor([3, (byte)digest, 1, 2, 3, 4, 5, 6, 7, 8, 96], "", 0);
        return StringToKey.Read(ref fields);
    }
}
