using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>Announces a signature that follows the data, so that hashing can start (RFC 9580 §5.4).</summary>
internal sealed record OnePassSignaturePacket
{
    private const string What = "one-pass signature packet";
    private const byte Version3 = 3; // For signatures of version 4.
    private const byte Version6 = 6;
    private const byte LastFlag = 1;

    /// <summary>The version of the signature; 0 for one that this engine doesn't read.</summary>
    public int SignatureVersion { get; private init; }

    public SignatureType? Type { get; private init; }

    public DigestAlgorithm Digest { get; private init; }

    public PublicKeyAlgorithm KeyAlgorithm { get; private init; }

    /// <summary>What is hashed before the data; empty before a signature of version 4.</summary>
    public ReadOnlyMemory<byte> Salt { get; private init; }

    /// <summary>The signer's key, 0 for none.</summary>
    public ulong KeyId { get; private init; }

    /// <summary>The signer's key; null in version 3.</summary>
    public Fingerprint? Fingerprint { get; private init; }

    /// <summary>Whether no other one-pass signature follows for the same data.</summary>
    public bool IsLast { get; private init; }

    /// <summary>Whether a signature is the one that was announced (§10.3.2.2).</summary>
    public bool Announces(SignaturePacket signature) =>
        signature.Version == SignatureVersion
        && signature.Type == Type
        && signature.Digest == Digest
        && signature.KeyAlgorithm == KeyAlgorithm
        && (KeyId == 0 || signature.IssuerKeyId == 0 || signature.IssuerKeyId == KeyId)
        && (Fingerprint is null || signature.IssuerFingerprint is null || signature.IssuerFingerprint == Fingerprint)
        && signature.Salt.Span.SequenceEqual(Salt.Span);

    /// <summary>Reads one. One that breaks the format announces nothing: the signature behind it is as good as none, and others beside
    /// it may be good (§5.2.5).</summary>
    public static OnePassSignaturePacket TryRead(ReadOnlySpan<byte> body)
    {
        try
        {
            return Read(body);
        }
        catch (PgpException)
        {
            return new OnePassSignaturePacket { IsLast = body is [.., not 0] };
        }
    }

    public static OnePassSignaturePacket Read(ReadOnlySpan<byte> body)
    {
        var cursor = new OctetCursor(body, What, 0);
        var version = cursor.Octet();
        if (version is not (Version3 or Version6)) return new OnePassSignaturePacket { IsLast = body[^1] != 0 };
        var (type, digest) = ((SignatureType)cursor.Octet(), (DigestAlgorithm)cursor.Octet());
        var algorithm = (PublicKeyAlgorithm)cursor.Octet();
        var salt = version == Version6 ? SignaturePacket.ReadSalt(digest, ref cursor).ToArray() : [];
        Fingerprint? fingerprint = version == Version6 ? new Fingerprint(cursor.Take(32)) : null;
        var result = new OnePassSignaturePacket
        {
            SignatureVersion = version == Version6 ? PublicKeyPacket.Version6 : PublicKeyPacket.Version4,
            Type = type,
            Digest = digest,
            KeyAlgorithm = algorithm,
            Salt = salt,
            KeyId = fingerprint?.KeyId ?? cursor.UInt64(),
            Fingerprint = fingerprint,
            IsLast = cursor.Octet() != 0,
        };
        cursor.End();
        return result;
    }

    public static void Write(SignatureType type, SigningHash hash, bool isLast, OctetWriter output)
    {
        var key = hash.Key;
        var isVersion6 = key.Version == PublicKeyPacket.Version6;
        using var body = new OctetWriter();
        body.Octets([isVersion6 ? Version6 : Version3, (byte)type, (byte)hash.Algorithm, (byte)key.Material.Algorithm]);
        if (isVersion6)
        {
            body.Octet((byte)hash.Salt.Length);
            body.Octets(hash.Salt);
            body.Octets(key.Fingerprint.ToBytes());
        }
        else
        {
            body.UInt64(key.KeyId);
        }

        body.Octet(isLast ? LastFlag : (byte)0);
        output.Packet(PacketType.OnePassSignature, body.Written);
    }
}
