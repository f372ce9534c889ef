using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>How a message is sealed.</summary>
public sealed record SealOptions
{
    /// <summary>Who can read it: one or more.</summary>
    public required IReadOnlyList<Certificate> Recipients { get; init; }

    /// <summary>Who signs it. The keys stay the caller's, and MUST live until the message is complete.</summary>
    public IReadOnlyList<SecretKey> Signers { get; init; } = [];

    /// <summary>The present: recipients and signers must be valid now, and signatures carry it.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether to write ASCII armor instead of octets.</summary>
    public bool Armor { get; init; }

    /// <summary>Which algorithms and keys are accepted.</summary>
    public PgpPolicy Policy { get; init; } = PgpPolicy.Default;
}
