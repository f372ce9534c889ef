namespace SecureExchange.OpenPgp.Packets;

/// <summary>Announces a signature that follows the data, so that hashing can start (RFC 9580 §5.4).</summary>
/// <param name="Type">Null for a version that this engine doesn't read.</param>
/// <param name="Digest">The hash.</param>
/// <param name="KeyAlgorithm">The signer's algorithm.</param>
/// <param name="KeyId">The signer's key, 0 for none.</param>
/// <param name="IsLast">Whether no other one-pass signature follows for the same data.</param>
internal readonly record struct OnePassSignaturePacket(
    SignatureType? Type, DigestAlgorithm Digest, PublicKeyAlgorithm KeyAlgorithm, ulong KeyId, bool IsLast)
{
    private const byte Version = 3;
    private const byte LastFlag = 1;

    public static OnePassSignaturePacket Read(ReadOnlySpan<byte> body)
    {
        var cursor = new OctetCursor(body, "one-pass signature packet", 0);
        if (cursor.Octet() != Version) return new OnePassSignaturePacket(null, 0, 0, 0, body[^1] != 0);
        var result = new OnePassSignaturePacket(
            (SignatureType)cursor.Octet(), (DigestAlgorithm)cursor.Octet(), (PublicKeyAlgorithm)cursor.Octet(), cursor.UInt64(),
            cursor.Octet() != 0);
        cursor.End();
        return result;
    }

    public static void Write(SignatureType type, DigestAlgorithm digest, PublicKeyPacket key, bool isLast, OctetWriter output)
    {
        using var body = new OctetWriter();
        body.Octets([Version, (byte)type, (byte)digest, (byte)key.Material.Algorithm]);
        body.UInt64(key.KeyId);
        body.Octet(isLast ? LastFlag : (byte)0);
        output.Packet(PacketType.OnePassSignature, body.Written);
    }
}
