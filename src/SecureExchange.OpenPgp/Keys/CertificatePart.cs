using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>One component of a certificate, with whatever signatures stand behind it (RFC 9580 §10.1).</summary>
/// <param name="Head">A key, a user id or a user attribute.</param>
/// <param name="Signatures">By anybody, in their order.</param>
internal sealed record CertificatePart(Packet Head, List<Packet> Signatures)
{
    /// <summary>Adds a signature, unless it's there already. What is in its unhashed area doesn't make it another.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(Packet signature)
    {
        if (Signatures.Any(present => IsSame(present, signature))) return false;
        Signatures.Add(signature);
        return true;
    }

    private static bool IsSame(Packet a, Packet b)
    {
        if (a.Body.Span.SequenceEqual(b.Body.Span)) return true;
        if (!SignaturePacket.IsReadable(a.Body.Span) || !SignaturePacket.IsReadable(b.Body.Span)) return false;
        try
        {
            var (first, second) = (SignaturePacket.Read(a.Body, 0), SignaturePacket.Read(b.Body, 0));
            return first.HashedPart.Span.SequenceEqual(second.HashedPart.Span) && first.Value.Span.SequenceEqual(second.Value.Span);
        }
        catch (PgpException)
        {
            return false;
        }
    }
}
