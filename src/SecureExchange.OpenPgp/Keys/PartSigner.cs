using System.Text;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Signs parts of certificates with a primary key: its own certificate's, or another's user ids.</summary>
/// <param name="key">The primary key that signs.</param>
/// <param name="material">Its secret part.</param>
internal sealed class PartSigner(PublicKeyPacket key, SecretKeyMaterial material)
{
    public PublicKeyPacket Key => key;

    /// <exception cref="PgpException">The secret part of the primary key isn't at hand.</exception>
    public static PartSigner Of(SecretKey secretKey)
    {
        var primary = secretKey.Certificate.Primary.Packet;
        var material = secretKey.Material(primary.Fingerprint) ?? throw Throw.Error(
            PgpError.NoSigningKey, $"{primary.Fingerprint}: the secret part of the primary key isn't here; do this where it's kept");
        return new PartSigner(primary, material);
    }

    /// <summary>Signs over a primary key, and over a subkey or user id of its certificate.</summary>
    public Packet Sign(
        SignatureBuilder signature, PublicKeyPacket primary, PublicKeyPacket? subkey = null, ReadOnlyMemory<byte>? userId = null)
    {
        using var data = SignedData.Write(primary, subkey, userId);
        using var hash = new SigningHash(key);
        hash.Append(data.Written);
        using var output = new OctetWriter();
        signature.Finish(hash, material, output);
        return Packet.Split(output.ToArray(), output.Length).Single();
    }

    /// <summary>Adds a subkey's own signature that it wants to belong to this primary key (RFC 9580 §5.2.1.9).</summary>
    public void AddBackSignature(SignatureBuilder binding, uint at, PublicKeyPacket subkey, SecretKeyMaterial subkeyMaterial)
    {
        using var back = new SignatureBuilder(SignatureType.PrimaryKeyBinding, at);
        using var data = SignedData.Write(key, subkey, null);
        using var hash = new SigningHash(subkey);
        hash.Append(data.Written);
        using var body = new OctetWriter();
        back.FinishBody(hash, subkeyMaterial, body);
        binding.Add(SubpacketType.EmbeddedSignature, body.Written);
    }

    /// <summary>A revocation of the primary key itself.</summary>
    public Packet Revoke(RevocationReason reason, string text, uint at)
    {
        using var signature = new SignatureBuilder(SignatureType.KeyRevocation, at);
        AddReason(signature, (byte)reason, text);
        return Sign(signature, key);
    }

    public static void AddReason(SignatureBuilder signature, byte reason, string text) =>
        signature.Add(SubpacketType.ReasonForRevocation, [reason, .. Encoding.UTF8.GetBytes(text)]);
}
