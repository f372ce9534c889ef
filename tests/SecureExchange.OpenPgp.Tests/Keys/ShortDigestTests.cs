using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Tests.Keys;

/// <summary>Keys on Edwards curves sign nothing that is shorter than their field, whatever made it short.</summary>
public sealed class ShortDigestTests
{
    [Theory]
    [InlineData(KeyProfile.Version4)]
    [InlineData(KeyProfile.Version6)]
    public void A_signature_over_a_digest_of_SHA_1_does_not_verify(KeyProfile profile)
    {
        using var key = SecretKey.Generate(new KeyOptions { UserIds = ["Short"], CreatedAt = Clock.Now, Profile = profile });
        var primary = key.Certificate.Primary.Packet;
        Assert.True(Verifies(DigestAlgorithm.Sha256, 32));
        Assert.False(Verifies(DigestAlgorithm.Sha1, 20));

        bool Verifies(DigestAlgorithm algorithm, int size)
        {
            using var signature = new OctetWriter();
            key.Material(primary.Fingerprint)!.Sign(algorithm, new byte[size], signature);
            return primary.Material.Verify(algorithm, new byte[size], signature.Written);
        }
    }
}
