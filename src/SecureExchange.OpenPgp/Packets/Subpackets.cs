using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Packets;

/// <summary>What one area of subpackets says (RFC 9580 §5.2.3.7). Where one is repeated, the last counts.</summary>
internal sealed record Subpackets
{
    /// <summary>Recipients beyond these aren't kept: only the reader's own fingerprint is looked for.</summary>
    private const int MaxListed = 64;

    /// <summary>In a type's octet: whoever doesn't understand the subpacket must not believe the signature.</summary>
    public const byte CriticalBit = 0x80;

    public DateTimeOffset? CreatedAt { get; private set; }

    /// <summary>How long the signature is valid; null for ever.</summary>
    public TimeSpan? ValidFor { get; private set; }

    /// <summary>How long the key is valid from its creation; null for ever.</summary>
    public TimeSpan? KeyValidFor { get; private set; }

    public KeyFlags? KeyFlags { get; private set; }

    public Features? Features { get; private set; }

    /// <summary>Null where it isn't said; what this engine doesn't have is left out.</summary>
    public IReadOnlyList<CipherAlgorithm>? PreferredCiphers { get; private set; }

    /// <inheritdoc cref="PreferredCiphers"/>
    public IReadOnlyList<AeadCiphersuite>? PreferredAeadCiphersuites { get; private set; }

    public bool IsPrimaryUserId { get; private set; }

    /// <summary>Whether others than whoever holds this copy are meant to have the signature (§5.2.3.19).</summary>
    public bool IsExportable { get; private set; } = true;

    public ulong? IssuerKeyId { get; private set; }

    public Fingerprint? IssuerFingerprint { get; private set; }

    public byte? RevocationReason { get; private set; }

    public List<ReadOnlyMemory<byte>> EmbeddedSignatures { get; } = [];

    /// <summary>Whether it says for whom it is, be it for keys that this engine can't name.</summary>
    public bool HasIntendedRecipients { get; private set; }

    public List<Fingerprint> IntendedRecipients { get; } = [];

    /// <summary>Something marked critical that this engine doesn't understand: the signature MUST be held invalid
    /// (§5.2.3.7).</summary>
    public bool HasUnknownCritical { get; private set; }

    /// <param name="version">The signature's.</param>
    /// <param name="area">The subpackets, as octets.</param>
    /// <param name="what">Whose, for error messages.</param>
    /// <param name="offset">Where they stand, for error messages.</param>
    public static Subpackets Read(int version, ReadOnlyMemory<byte> area, string what, long offset)
    {
        var result = new Subpackets();
        foreach (var (type, body, at) in Split(area, what, offset)) result.Take(version, type, body, what, at);
        return result;
    }

    /// <summary>The subpackets of an area as they stand: type with its critical bit, body, and where that ends.</summary>
    public static List<(byte Type, ReadOnlyMemory<byte> Body, long End)> Split(ReadOnlyMemory<byte> area, string what, long offset)
    {
        var subpackets = new List<(byte, ReadOnlyMemory<byte>, long)>();
        var cursor = new OctetCursor(area.Span, what, offset);
        while (cursor.Remaining > 0)
        {
            var length = Length(ref cursor);
            if (length == 0) Throw.Malformed($"{what}: a subpacket without a type", cursor.Offset);
            var type = cursor.Take(length)[0];
            subpackets.Add((type, area[(cursor.Position - length + 1)..cursor.Position], cursor.Offset));
        }

        return subpackets;
    }

    /// <summary>Not quite a packet's length: no partial ones, and two octets reach further (§5.2.3.7).</summary>
    private static int Length(ref OctetCursor cursor)
    {
        var first = cursor.Octet();
        var length = first switch
        {
            < 192 => first,
            < 255 => (uint)(((first - 192) << 8) + cursor.Octet() + 192),
            _ => cursor.UInt32(),
        };
        return (int)Math.Min(length, int.MaxValue);
    }

    /// <summary>Takes what one says. One of a known type and another length than that has is malformed (§5.2.5).</summary>
    private void Take(int version, byte typeOctet, ReadOnlyMemory<byte> body, string what, long offset)
    {
        var cursor = new OctetCursor(body.Span, what, offset);
        var critical = (typeOctet & CriticalBit) != 0;
        switch ((SubpacketType)(typeOctet & ~CriticalBit))
        {
            case SubpacketType.SignatureCreationTime:
                CreatedAt = DateTimeOffset.FromUnixTimeSeconds(cursor.UInt32());
                cursor.End();
                break;
            case SubpacketType.SignatureExpirationTime:
                ValidFor = Duration(cursor.UInt32());
                cursor.End();
                break;
            case SubpacketType.KeyExpirationTime:
                KeyValidFor = Duration(cursor.UInt32());
                cursor.End();
                break;
            case SubpacketType.KeyFlags:
                KeyFlags = body.IsEmpty ? Packets.KeyFlags.None : (KeyFlags)cursor.Octet();
                break;
            case SubpacketType.Features:
                Features = body.IsEmpty ? Packets.Features.None : (Features)cursor.Octet();
                break;
            case SubpacketType.PreferredSymmetricCiphers:
                PreferredCiphers = Ciphers(body.Span);
                break;
            case SubpacketType.PreferredAeadCiphersuites:
                PreferredAeadCiphersuites = AeadCiphersuites(ref cursor);
                break;
            case SubpacketType.PrimaryUserId:
                IsPrimaryUserId = cursor.Octet() != 0;
                cursor.End();
                break;
            case SubpacketType.ExportableCertification:
                IsExportable = cursor.Octet() != 0;
                cursor.End();
                break;
            case SubpacketType.IssuerKeyId:
                IssuerKeyId = cursor.UInt64();
                cursor.End();
                break;
            case SubpacketType.IssuerFingerprint:
                IssuerFingerprint = ReadFingerprint(body.Span);
                if (IssuerFingerprint?.Version != version) // MUST be the signature's (§5.2.3.35).
                    Throw.Malformed($"{what}: its issuer is a key of another version than its own", offset);
                break;
            case SubpacketType.IntendedRecipientFingerprint:
                HasIntendedRecipients = true;
                if (IntendedRecipients.Count < MaxListed && ReadFingerprint(body.Span) is { } recipient)
                    IntendedRecipients.Add(recipient);
                break;
            case SubpacketType.ReasonForRevocation:
                RevocationReason = cursor.Octet();
                break;
            case SubpacketType.EmbeddedSignature:
                EmbeddedSignatures.Add(body);
                break;
            case SubpacketType.NotationData:
                HasUnknownCritical |= critical; // No notation is known here, so none can be obeyed.
                break;
            case var type:
                HasUnknownCritical |= critical && !Enum.IsDefined(type);
                break;
        }
    }

    private static List<CipherAlgorithm> Ciphers(ReadOnlySpan<byte> body)
    {
        var listed = new List<CipherAlgorithm>();
        foreach (CipherAlgorithm cipher in body)
        {
            if (cipher.KeySize() > 0 && !listed.Contains(cipher)) listed.Add(cipher);
        }

        return listed;
    }

    private static List<AeadCiphersuite> AeadCiphersuites(ref OctetCursor fields)
    {
        var listed = new List<AeadCiphersuite>();
        while (fields.Remaining > 0)
        {
            var suite = new AeadCiphersuite((CipherAlgorithm)fields.Octet(), (AeadAlgorithm)fields.Octet());
            if (suite.IsSupported && !listed.Contains(suite)) listed.Add(suite);
        }

        return listed;
    }

    private static TimeSpan? Duration(uint seconds) => seconds == 0 ? null : TimeSpan.FromSeconds(seconds);

    private static Fingerprint? ReadFingerprint(ReadOnlySpan<byte> body) => body switch
    {
        [4, .. { Length: 20 } v4] => new Fingerprint(v4),
        [6, .. { Length: 32 } v6] => new Fingerprint(v6),
        _ => null,
    };
}
