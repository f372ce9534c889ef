using System.Security.Cryptography;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>A signature in a certificate that is taken apart.</summary>
/// <param name="Packet">Its packet.</param>
/// <param name="Own">The same where it's the owner's and verified; null for everybody else's.</param>
internal sealed record CertificateSignature(Packet Packet, SelfSignature? Own)
{
    /// <summary>What makes two of them one. Of a verified one the unhashed area doesn't count, but for the back signature that may
    /// stand there. Of others every octet does: a stranger's name in that area makes a self-signature look like a stranger's, and
    /// such a copy must not take the place of the true one.</summary>
    public string Identity()
    {
        if (Own is not { } own) return Convert.ToHexString(SHA256.HashData(Packet.Body.Span));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, own.Packet);
        if (own.Back is { } back) Append(hash, back);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, SignaturePacket signature)
    {
        hash.AppendData(signature.HashedPart.Span);
        hash.AppendData(signature.Salt.Span);
        hash.AppendData(signature.Value.Span);
    }
}
