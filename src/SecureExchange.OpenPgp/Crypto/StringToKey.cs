using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Crypto;

/// <summary>Turns a passphrase into a key (RFC 9580 §3.7).</summary>
internal abstract class StringToKey
{
    protected const byte Simple = 0;
    protected const byte Salted = 1;
    protected const byte IteratedSalted = 3;
    protected const byte Argon2Type = 4;

    private protected StringToKey() { }

    /// <summary>Whether equal passphrases give different keys. Those without salt can be guessed all at once.</summary>
    public virtual bool IsSalted => true;

    /// <summary>Whether it may stand in version 6 packets: salted, and without SHA-1, with which no secret of theirs MUST be decrypted
    /// (RFC 9580 §9.5).</summary>
    public virtual bool IsModern => true;

    /// <summary>Iterated and salted, with a new salt and the highest count: what every reader has.</summary>
    public static StringToKey NewIteratedSalted() => HashedStringToKey.New();

    /// <summary>Argon2 with a new salt: for readers of RFC 9580.</summary>
    public static StringToKey NewArgon2() => Argon2StringToKey.New();

    /// <summary>Reads a specifier from its type on.</summary>
    /// <exception cref="PgpException">It's of a kind that isn't supported, or malformed.</exception>
    public static StringToKey Read(ref OctetCursor fields) => Read(fields.Octet(), ref fields);

    /// <summary>Reads a specifier whose type was read already.</summary>
    public static StringToKey Read(byte type, ref OctetCursor fields) => type switch
    {
        Simple or Salted or IteratedSalted => HashedStringToKey.ReadFields(type, ref fields),
        Argon2Type => Argon2StringToKey.ReadFields(ref fields),
        _ => throw fields.Unsupported(PgpError.UnsupportedProtection, $"S2K type {type} isn't supported"),
    };

    /// <summary>Writes the specifier, from its type on.</summary>
    public abstract void Write(OctetWriter output);

    /// <param name="passphrase">In UTF-8.</param>
    /// <param name="key">Receives the key.</param>
    /// <param name="budget">What this and others may cost together.</param>
    /// <exception cref="PgpException">It would cost more.</exception>
    public abstract void Derive(ReadOnlySpan<byte> passphrase, Span<byte> key, StretchingBudget budget);
}
