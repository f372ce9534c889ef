using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>Takes over into a new self-signature what its owner said in the one before.</summary>
internal static class SubpacketCopy
{
    /// <summary>Copies the hashed subpackets, but for those that the new signature says itself.</summary>
    /// <param name="from">A self-signature that counted.</param>
    /// <param name="to">The new one, which has its creation time already.</param>
    /// <param name="except">What isn't taken over besides.</param>
    public static void Copy(SignaturePacket from, SignatureBuilder to, params ReadOnlySpan<SubpacketType> except)
    {
        foreach (var (type, body, _) in Subpackets.Split(from.HashedArea, "signature packet", 0))
        {
            // When it was made, until when it holds, by whom, and the back signature are the new one's own. That another key may
            // revoke this one nobody is to say anew (§5.2.3.23).
            var kind = (SubpacketType)(type & ~Subpackets.CriticalBit);
            if (kind is SubpacketType.SignatureCreationTime or SubpacketType.SignatureExpirationTime or SubpacketType.IssuerKeyId
                or SubpacketType.IssuerFingerprint or SubpacketType.EmbeddedSignature or SubpacketType.RevocationKey || except.Contains(kind))
                continue;
            to.Add((SubpacketType)type, body.Span); // With its critical bit.
        }
    }
}
