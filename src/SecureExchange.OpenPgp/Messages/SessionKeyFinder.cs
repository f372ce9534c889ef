using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>Collects the session key packets of a message, then finds the one that a key or passphrase at hand
/// opens.</summary>
internal sealed class SessionKeyFinder(OpenOptions options)
{
    /// <summary>Octets of one session key packet: RSA with 8,192 bits takes an eighth of it.</summary>
    public const int MaxPacket = 8192;

    private readonly List<SessionKeyRecipient> _recipients = [];
    private readonly List<PassphraseSessionKey> _passphrases = [];
    private int _count;
    private bool _hasPassphrase;

    /// <summary>A symmetric-key encrypted session key packet (RFC 9580 §5.3).</summary>
    public void AddPassphrase(byte[] body, long offset)
    {
        Count(offset);
        _hasPassphrase = true;
        if (PassphraseSessionKey.Read(body, offset) is { } passphrase) _passphrases.Add(passphrase);
    }

    /// <summary>A public-key encrypted session key packet (RFC 9580 §5.1).</summary>
    public void Add(byte[] body, long offset)
    {
        Count(offset);
        if (SessionKeyRecipient.Read(body, offset) is { } recipient) _recipients.Add(recipient);
    }

    /// <summary>Opens the session key. A message to us whose session key doesn't open gets a random one, and fails later, as
    /// every altered message does.</summary>
    /// <param name="form">What the encrypted data wants of a session key packet; all others are passed over.</param>
    /// <returns>One; several only where the caller gave them, or passphrases open packets that don't tell whether they are
    /// right.</returns>
    /// <exception cref="PgpException">The message isn't for any key or passphrase at hand.</exception>
    public IReadOnlyList<SessionKey> Find(SessionKeyForm form)
    {
        var given = options.SessionKeys.Where(key => form.Allows(key.Algorithm)).Take(options.Limits.MaxSessionKeyAttempts).ToList();
        if (given.Count > 0) return [.. given.Select(key => key.Copy())];

        var recipients = _recipients.Where(recipient => recipient.PacketVersion == form.PacketVersion).ToList();
        var candidates = Candidates(recipients).ToList();
        var harmless = candidates.Where(c => c.Secret.FailureIsHarmless).Take(options.Limits.MaxSessionKeyAttempts);
        foreach (var candidate in harmless)
        {
            if (Open(candidate, form) is { } sessionKey) return [sessionKey];
        }

        // One RSA packet decides, whatever is in it. To go on to the next when one is wrong would tell an attacker, who adds
        // a good one of his own, which of his guesses was wrong (Bleichenbacher). That of another hidden recipient would
        // decide too, so a passphrase comes before it, and after one that names our key: neither waits for how RSA went.
        var decisive = candidates.Where(c => !c.Secret.FailureIsHarmless).Take(1).ToList();
        if (!decisive.Exists(c => !c.Recipient.IsHidden) && OpenByPassphrase(form) is { Count: > 0 } sessionKeys) return sessionKeys;
        if (candidates.Count == 0) throw NoMatch(recipients, form);
        return [decisive.Select(c => Open(c, form)).FirstOrDefault() ?? SessionKey.Random(form.Cipher ?? CipherAlgorithm.Aes256)];
    }

    /// <summary>Those that name our key first, then those that name none ("hidden recipients").</summary>
    private IEnumerable<(SecretKeyMaterial Secret, Fingerprint Key, SessionKeyRecipient Recipient)> Candidates(
        List<SessionKeyRecipient> recipients) =>
        from recipient in recipients
        from key in options.Keys
        from part in key.Certificate.DecryptionKeys
        where recipient.IsHidden || recipient.Names(part.Packet)
        where recipient.Algorithm == part.Packet.Material.Algorithm
        let secret = key.Material(part.Packet.Fingerprint)
        where secret is not null
        orderby recipient.IsHidden
        select (secret, part.Packet.Fingerprint, recipient);

    private static SessionKey? Open(
        (SecretKeyMaterial Secret, Fingerprint Key, SessionKeyRecipient Recipient) candidate, SessionKeyForm form)
    {
        var fields = candidate.Recipient.Fields;
        try
        {
            return candidate.Secret.DecryptSessionKey(ref fields, candidate.Key, form);
        }
        catch (PgpException)
        {
            return null; // Malformed fields, which everybody can see.
        }
    }

    /// <returns>The first that is authentic, alone; else all that may be right.</returns>
    private List<SessionKey> OpenByPassphrase(SessionKeyForm form)
    {
        var budget = new StretchingBudget(options.Limits);
        var opened = new List<SessionKey>();
        try
        {
            foreach (var packet in _passphrases.Where(packet => packet.Fits(form)).OrderByDescending(packet => packet.IsAuthenticated))
            {
                foreach (var passphrase in options.Passphrases)
                {
                    if (packet.Open(passphrase.Span, form, budget) is not { } sessionKey) continue;
                    opened.Add(sessionKey);
                    if (packet.IsAuthenticated || opened.Count == options.Limits.MaxSessionKeyAttempts) return opened;
                }
            }
        }
        catch (PgpException e) when (e.Error == PgpError.LimitExceeded && opened.Count > 0)
        {
            return opened; // Packets for others, behind ours, may cost more than we spend.
        }
        catch
        {
            foreach (var sessionKey in opened) sessionKey.Dispose();
            throw;
        }

        return opened;
    }

    private void Count(long offset)
    {
        if (++_count > options.Limits.MaxRecipients)
            Throw.Limit($"more than {options.Limits.MaxRecipients} recipients (MaxRecipients)", offset);
    }

    private PgpException NoMatch(List<SessionKeyRecipient> recipients, SessionKeyForm form)
    {
        if (options.Passphrases.Count > 0 && _passphrases.Exists(packet => packet.Fits(form)))
            return Throw.Error(PgpError.WrongPassphrase, "the passphrase doesn't open the message");
        if (_hasPassphrase && recipients.Count == 0)
            return Throw.Error(
                PgpError.NoMatchingKey,
                options.Passphrases.Count > 0
                    ? "the message is encrypted with a passphrase in a way that isn't supported; have it encrypted with AES"
                    : "the message is encrypted with a passphrase; give it, or have the message encrypted to a certificate");
        var named = string.Join(", ", recipients.Take(8));
        return Throw.Error(
            PgpError.NoMatchingKey,
            $"the message isn't encrypted to a key at hand, but to: {named}; have it encrypted to the current certificate");
    }
}
