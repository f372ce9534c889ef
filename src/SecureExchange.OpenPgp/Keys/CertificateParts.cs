using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A certificate taken apart, to be put together with something more in it.</summary>
internal sealed class CertificateParts
{
    private readonly List<CertificatePart> _parts = [];

    /// <summary>Takes a certificate apart: its owner's signatures to what they are over, the others where they stand. Those that claim
    /// to be its owner's and aren't stay out: each costs every reader a public-key operation, and whoever put them there would
    /// use up with them what the limits leave for a revocation.</summary>
    public CertificateParts(Certificate certificate)
    {
        foreach (var packet in certificate.AllPackets.Where(packet => packet.Type != PacketType.Signature)) Take(packet);
        CertificatePart? part = null;
        foreach (var packet in certificate.AllPackets)
        {
            if (packet.Type != PacketType.Signature) part = Find(packet.Type, packet.Body); // Copies of a part are one.
            else if (!certificate.OwnSignatures.TryGetValue(packet.Body, out var placed)) part!.AddForeign(packet);
            else if (placed is not null) Find(placed.Head, placed.Body)!.Add(new CertificateSignature(packet, placed.Signature));
        }
    }

    public CertificatePart Primary => _parts[0];

    public IEnumerable<CertificatePart> All => _parts;

    /// <summary>The primary key, user ids and attributes, subkeys: each kind in the order in which they came.</summary>
    public IEnumerable<CertificatePart> InOrder => _parts.OrderBy(part => part.Head.Type switch
    {
        PacketType.PublicKey => 0,
        PacketType.PublicSubkey => 2,
        _ => 1,
    });

    /// <summary>The part with this head, added behind the others where there is none.</summary>
    public CertificatePart Take(Packet head)
    {
        if (Find(head.Type, head.Body) is { } present) return present;
        var added = new CertificatePart(head);
        _parts.Add(added);
        return added;
    }

    /// <summary>The user id's part, added where there is none.</summary>
    public CertificatePart TakeUserId(ReadOnlyMemory<byte> octets) => Find(PacketType.UserId, octets) ?? Take(PacketType.UserId, octets.Span);

    /// <summary>The part with a new head.</summary>
    public CertificatePart Take(PacketType type, ReadOnlySpan<byte> body)
    {
        using var output = new OctetWriter();
        output.Packet(type, body);
        return Take(Packet.Split(output.ToArray(), output.Length).Single());
    }

    public CertificatePart? Find(PacketType type, ReadOnlyMemory<byte> body) =>
        _parts.Find(part => part.Head.Type == type && part.Head.Body.Span.SequenceEqual(body.Span));

    /// <summary>Reads what was put together: every self-signature is verified again.</summary>
    public Certificate ToCertificate(PgpLimits limits)
    {
        var reader = new CertificateReader(limits);
        foreach (var part in InOrder)
        {
            reader.Take(part.Head);
            foreach (var signature in part.Signatures) reader.Take(signature.Packet);
        }

        return reader.Finish();
    }
}
