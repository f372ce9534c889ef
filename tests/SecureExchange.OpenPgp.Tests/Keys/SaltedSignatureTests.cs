using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>What ties version 6 signatures, their announcements and their keys to each other.</summary>
public sealed class SaltedSignatureTests
{
    private const uint Made = 1_770_000_000;

    [Fact]
    public void A_signature_is_only_believed_of_a_key_of_its_version()
    {
        using var modern = NewKey.Generate(KeySuite.NistP256, PublicKeyPacket.Version6, Made, encrypts: false);

        // The same key material in a version 4 packet: what it signs isn't the version 6 key's.
        var twin = PublicKeyPacket.Create(
            PublicKeyPacket.Version4, Made, PublicKeyAlgorithm.Ecdsa, modern.Packet.Body.Span[10..]);
        foreach (var (signer, other) in new[] { (modern.Packet, twin), (twin, modern.Packet) })
        {
            var signature = SignaturePacket.Read(Sign(signer, modern.Material, out var digest), 0);
            Assert.True(signer.Verify(signature, digest));
            Assert.False(other.Verify(signature, digest));
        }
    }

    [Fact]
    public void No_signature_is_salted_as_another()
    {
        using var key = NewKey.Generate(KeySuite.Curve25519, PublicKeyPacket.Version6, Made, encrypts: false);
        var signatures = Enumerable.Range(0, 16).Select(_ => SignaturePacket.Read(Sign(key.Packet, key.Material, out var _), 0)).ToList();
        Assert.All(signatures, signature => Assert.Equal(16, signature.Salt.Length));
        Assert.Equal(16, signatures.Select(signature => Convert.ToHexString(signature.Salt.Span)).Distinct().Count());
    }

    [Fact]
    public void A_salt_of_a_wrong_size_is_malformed()
    {
        using var key = NewKey.Generate(KeySuite.Curve25519, PublicKeyPacket.Version6, Made, encrypts: false);
        var octets = Sign(key.Packet, key.Material, out var _);
        octets[3] = (byte)DigestAlgorithm.Sha512; // Whose salt has 32 octets.
        Assert.Equal(PgpError.Malformed, Assert.Throws<PgpException>(() => SignaturePacket.Read(octets, 0)).Error);
    }

    [Fact]
    public void A_signature_with_another_salt_than_was_announced_is_not_the_announced_one()
    {
        using var key = NewKey.Generate(KeySuite.Curve25519, PublicKeyPacket.Version6, Made, encrypts: false);
        using var hash = new SigningHash(key.Packet);
        using var written = new OctetWriter();
        OnePassSignaturePacket.Write(SignatureType.Binary, hash, isLast: true, written);
        var announcement = Packet.Split(written.ToArray(), int.MaxValue).Single().Body.ToArray();
        using var signed = new SignatureBuilder(SignatureType.Binary, Made);
        using var body = new OctetWriter();
        signed.FinishBody(hash, key.Material, body);
        var signature = SignaturePacket.Read(body.ToArray(), 0);
        Assert.True(OnePassSignaturePacket.Read(announcement).Announces(signature));

        foreach (var at in new[] { 1, 3, 5, 20 }) // Type, algorithm, first and last octet of the salt.
        {
            announcement[at] ^= 1;
            using var pending = PendingSignature.Announced(OnePassSignaturePacket.Read(announcement));
            pending.Complete(signature);
            Assert.Null(pending.Packet);
            announcement[at] ^= 1;
        }
    }

    private static byte[] Sign(PublicKeyPacket key, SecretKeyMaterial material, out byte[] digest)
    {
        using var hash = new SigningHash(key);
        using var builder = new SignatureBuilder(SignatureType.Binary, Made);
        using var body = new OctetWriter();
        builder.FinishBody(hash, material, body);
        var octets = body.ToArray();
        var signature = SignaturePacket.Read(octets, 0);
        using var trailer = new OctetWriter();
        SignaturePacket.WriteTrailer(signature.HashedPart.Span, trailer);
        using var again = signature.Digest.Start();
        again.AppendData(signature.Salt.Span);
        again.AppendData(trailer.Written);
        digest = again.GetHashAndReset();
        return octets;
    }
}
