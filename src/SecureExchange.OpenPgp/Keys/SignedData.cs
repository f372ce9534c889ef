using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Keys;

/// <summary>What signatures on keys and user ids cover (RFC 9580 §5.2.4).</summary>
internal static class SignedData
{
    private const byte UserIdPrefix = 0xB4;
    private const byte UserAttributePrefix = 0xD1;

    /// <summary>Checks a signature over a key, over a key and a subkey, or over a key and a user id or attribute.</summary>
    public static bool Verify(
        SignaturePacket signature, PublicKeyPacket signer, PublicKeyPacket primary, PublicKeyPacket? subkey = null,
        ReadOnlyMemory<byte>? userId = null, bool isAttribute = false)
    {
        if (!signature.Digest.IsSupported()) return false;
        using var data = Write(primary, subkey, userId, isAttribute);
        SignaturePacket.WriteTrailer(signature.HashedPart.Span, data);
        Span<byte> digest = stackalloc byte[Digest.MaxSize];
        using var hash = signature.Digest.Start();
        hash.AppendData(signature.Salt.Span);
        hash.AppendData(data.Written);
        digest = digest[..hash.GetHashAndReset(digest)];
        return signer.Verify(signature, digest);
    }

    /// <summary>The octets before the trailer.</summary>
    public static OctetWriter Write(
        PublicKeyPacket primary, PublicKeyPacket? subkey, ReadOnlyMemory<byte>? userId, bool isAttribute = false)
    {
        var data = new OctetWriter();
        primary.WriteHashed(data);
        subkey?.WriteHashed(data);
        if (userId is { } id)
        {
            data.Octet(isAttribute ? UserAttributePrefix : UserIdPrefix);
            data.UInt32((uint)id.Length);
            data.Octets(id.Span);
        }

        return data;
    }
}
