using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Collects the session key packets of a message, then finds the one that a key at hand opens.</summary>
internal sealed class SessionKeyFinder(OpenOptions options)
{
    /// <summary>Octets of one session key packet: RSA with 8,192 bits takes an eighth of it.</summary>
    public const int MaxPacket = 8192;

    private const byte Version3 = 3;

    private readonly List<(PublicKeyAlgorithm Algorithm, ulong KeyId, byte[] Body)> _recipients = [];
    private int _count;
    private bool _hasPassphrase;

    /// <summary>A passphrase recipient: counted, and not read yet.</summary>
    public void AddPassphrase(long offset)
    {
        Count(offset);
        _hasPassphrase = true;
    }

    /// <summary>A public-key encrypted session key packet (RFC 9580 §5.1).</summary>
    public void Add(byte[] body, long offset)
    {
        Count(offset);
        var cursor = Fields(body, offset);
        if (cursor.Octet() != Version3) return; // For readers of another version (§5.1): not ours.
        var keyId = cursor.UInt64();
        _recipients.Add(((PublicKeyAlgorithm)cursor.Octet(), keyId, body));
    }

    /// <summary>Opens the session key. A message to us whose session key doesn't open gets a random one, and fails
    /// later, as
    /// every altered message does.</summary>
    /// <exception cref="PgpException">The message isn't for any key at hand.</exception>
    public SessionKey Find()
    {
        var candidates = Candidates().ToList();
        if (candidates.Count == 0) throw NoMatch();
        var harmless = candidates.Where(c => c.Secret.FailureIsHarmless).Take(options.Limits.MaxSessionKeyAttempts);
        foreach (var candidate in harmless)
        {
            if (Open(candidate) is { } sessionKey) return sessionKey;
        }

        // One RSA packet decides, whatever is in it. To go on to the next when one is wrong would tell an attacker, who adds
        // a good one of his own, which of his guesses was wrong (Bleichenbacher).
        var decisive = candidates.Where(c => !c.Secret.FailureIsHarmless).Take(1);
        foreach (var candidate in decisive)
        {
            if (Open(candidate) is { } sessionKey) return sessionKey;
        }

        return SessionKey.Random();
    }

    /// <summary>Those that name our key first, then those that name none ("hidden recipients").</summary>
    private IEnumerable<(SecretKeyMaterial Secret, Fingerprint Key, byte[] Body)> Candidates() =>
        from recipient in _recipients
        from key in options.Keys
        from part in key.Certificate.DecryptionKeys
        where recipient.KeyId == 0 || recipient.KeyId == part.Packet.KeyId
        where recipient.Algorithm == part.Packet.Material.Algorithm
        let secret = key.Material(part.Packet.Fingerprint)
        where secret is not null
        orderby recipient.KeyId == 0
        select (secret, part.Packet.Fingerprint, recipient.Body);

    private static SessionKey? Open((SecretKeyMaterial Secret, Fingerprint Key, byte[] Body) candidate)
    {
        var fields = Fields(candidate.Body, 0);
        fields.Take(10);
        try
        {
            return candidate.Secret.DecryptSessionKey(ref fields, candidate.Key);
        }
        catch (PgpException)
        {
            return null; // Malformed fields, which everybody can see.
        }
    }

    private static OctetCursor Fields(byte[] body, long offset) => new(body, "public-key encrypted session key packet", offset);

    private void Count(long offset)
    {
        if (++_count > options.Limits.MaxRecipients)
            Throw.Limit($"more than {options.Limits.MaxRecipients} recipients (MaxRecipients)", offset);
    }

    private PgpException NoMatch()
    {
        if (_hasPassphrase && _recipients.Count == 0)
            return Throw.Error(
                PgpError.NoMatchingKey,
                "the message is encrypted with a passphrase; have it encrypted to a certificate");
        var named = string.Join(", ", _recipients.Take(8).Select(r => r.KeyId == 0 ? "hidden" : $"{r.KeyId:X16}"));
        return Throw.Error(
            PgpError.NoMatchingKey,
            $"the message isn't encrypted to a key at hand, but to: {named}; have it encrypted to the current certificate");
    }
}
