using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>One component of a certificate, with whatever signatures belong to it (RFC 9580 §10.1).</summary>
/// <param name="head">A key, a user id or a user attribute.</param>
internal sealed class CertificatePart(Packet head)
{
    private readonly List<CertificateSignature> _signatures = [];
    private readonly HashSet<string> _identities = [];

    public Packet Head => head;

    /// <summary>By anybody, in their order.</summary>
    public IReadOnlyList<CertificateSignature> Signatures => _signatures;

    /// <summary>Adds a signature, unless it's there already.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(CertificateSignature signature)
    {
        if (!_identities.Add(signature.Identity())) return false;
        _signatures.Add(signature);
        return true;
    }

    /// <summary>Adds a signature by the certificate's owner, which verifies.</summary>
    public void AddOwn(Packet signature) =>
        Add(new CertificateSignature(signature, new SelfSignature(SignaturePacket.Read(signature.Body, signature.Offset))));

    /// <summary>Adds somebody else's signature.</summary>
    public void AddForeign(Packet signature) => Add(new CertificateSignature(signature, null));
}
