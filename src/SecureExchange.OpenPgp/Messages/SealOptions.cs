using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>How a message is sealed.</summary>
public sealed record SealOptions
{
    /// <summary>Who can read it, named in the message for everybody to see. One or more, together with
    /// <see cref="HiddenRecipients"/> and <see cref="Passphrases"/>.</summary>
    public IReadOnlyList<Certificate> Recipients { get; init; } = [];

    /// <summary>Who can read it besides, without being named (RFC 9580 §5.1.8): they try their keys one by one. Where there is
    /// one, signatures name no recipients either.</summary>
    public IReadOnlyList<Certificate> HiddenRecipients { get; init; } = [];

    /// <summary>Passphrases in UTF-8, 16 at most, each of which opens the message besides. The caller zeroes them as soon as it is started.
    /// Where there is one, signatures name no recipients.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Passphrases { get; init; } = [];

    /// <summary>Who signs it. The keys stay the caller's, and MUST live until the message is complete.</summary>
    public IReadOnlyList<SecretKey> Signers { get; init; } = [];

    /// <summary>The present: recipients and signers must be valid now, and signatures carry it.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the message is for: of each recipient a key is taken that its owner has for that.</summary>
    public SealPurpose Purpose { get; init; }

    /// <summary>Whether to write ASCII armor instead of octets.</summary>
    public bool Armor { get; init; }

    /// <summary>Whether the plaintext is text in UTF-8, as its literal packet then says (format <c>u</c>, RFC 9580 §5.9). No octet
    /// of it is changed, and signatures are over the octets: what is encrypted can't lose its line ends on the way, and GnuPG
    /// finds signatures of text bad whose lines end in LF.</summary>
    public bool IsText { get; init; }

    /// <summary>Which version of encrypted data.</summary>
    public SealFormat Format { get; init; }

    /// <summary>Whether to hide how long the plaintext is, for at most 12 % more octets: the length of all that is encrypted becomes
    /// a PADMÉ size (RFC 9580 §5.14). Only version 2 has room for it, since Sequoia refuses padding in version 1.</summary>
    public bool Padding { get; init; }

    /// <summary>Octets of plaintext of each chunk of version 2 data, which a reader holds in memory whole: a power of two from 64
    /// to 4,194,304 (RFC 9580 §5.13.2).</summary>
    public int ChunkSize { get; init; } = 256 * 1024;

    /// <summary>Which algorithms and keys are accepted.</summary>
    public PgpPolicy Policy { get; init; } = PgpPolicy.Default;
}
