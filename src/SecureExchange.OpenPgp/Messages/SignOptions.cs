using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>How data is signed without being encrypted.</summary>
public sealed record SignOptions
{
    /// <summary>Who signs: one or more, each with its newest signing key. The keys stay the caller's, and MUST live until the
    /// signature is there.</summary>
    public required IReadOnlyList<SecretKey> Signers { get; init; }

    /// <summary>The present: signers must be valid now, and signatures carry it.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether to sign as text (type 0x01, RFC 9580 §5.2.1.2), so that the signature survives other line ends. The
    /// data must be UTF-8 then, and are passed on as they are. Cleartext is always signed as text.</summary>
    public bool IsText { get; init; }

    /// <summary>Whether to write ASCII armor instead of octets. Cleartext is always armored.</summary>
    public bool Armor { get; init; }

    /// <summary>Which algorithms and keys are accepted.</summary>
    public PgpPolicy Policy { get; init; } = PgpPolicy.Default;

    /// <summary>Of these only <see cref="PgpLimits.MaxCleartext"/> counts here.</summary>
    public PgpLimits Limits { get; init; } = PgpLimits.Default;
}
