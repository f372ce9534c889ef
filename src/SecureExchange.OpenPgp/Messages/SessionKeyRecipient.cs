using System.Globalization;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>A public-key encrypted session key packet, and whom it names (RFC 9580 §5.1.1, §5.1.2).</summary>
internal sealed class SessionKeyRecipient
{
    private const string What = "public-key encrypted session key packet";
    private const byte Version3 = 3;
    private const byte Version6 = 6;

    private readonly ulong _keyId; // Version 3.
    private readonly Fingerprint _fingerprint; // Version 6.
    private readonly byte[] _body;
    private readonly int _fieldsAt;

    private SessionKeyRecipient(byte[] body, ulong keyId, Fingerprint fingerprint, ref OctetCursor cursor)
    {
        PacketVersion = body[0];
        _keyId = keyId;
        _fingerprint = fingerprint;
        Algorithm = (PublicKeyAlgorithm)cursor.Octet();
        _body = body;
        _fieldsAt = cursor.Position;
    }

    public byte PacketVersion { get; }

    public PublicKeyAlgorithm Algorithm { get; }

    /// <summary>Whether it names nobody: any key may be meant.</summary>
    public bool IsHidden => _keyId == 0 && _fingerprint == default;

    /// <summary>The algorithm's own fields.</summary>
    public OctetCursor Fields => new(_body.AsSpan(_fieldsAt), What, 0);

    /// <returns>Null for a packet that is for readers of another version (§5.1).</returns>
    public static SessionKeyRecipient? Read(byte[] body, long offset)
    {
        var cursor = new OctetCursor(body, What, offset);
        switch (cursor.Octet())
        {
            case Version3:
                return new SessionKeyRecipient(body, cursor.UInt64(), default, ref cursor);
            case Version6:
                var named = cursor.Take(cursor.Octet());
                if (named is not ([] or [4, .. { Length: 20 }] or [6, .. { Length: 32 }])) return null;
                var fingerprint = named.IsEmpty ? default : new Fingerprint(named[1..]);
                return new SessionKeyRecipient(body, 0, fingerprint, ref cursor);
            default:
                return null;
        }
    }

    public bool Names(PublicKeyPacket key) => PacketVersion == Version3 ? _keyId == key.KeyId : _fingerprint == key.Fingerprint;

    /// <summary>Key id or fingerprint, which everybody can see.</summary>
    public override string ToString()
    {
        if (IsHidden) return "hidden";
        return PacketVersion == Version3 ? _keyId.ToString("X16", CultureInfo.InvariantCulture) : _fingerprint.ToString();
    }
}
