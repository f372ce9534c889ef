using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>How a message is opened.</summary>
public sealed record OpenOptions
{
    /// <summary>The keys that may decrypt it. They stay the caller's.</summary>
    public required IReadOnlyList<SecretKey> Keys { get; init; }

    /// <summary>Whose signatures are known. A signature by anybody else is <see
    /// cref="SignatureStatus.UnknownSigner"/>.</summary>
    public IReadOnlyList<Certificate> Verifiers { get; init; } = [];

    /// <summary>The present: signatures and signers are judged at this moment.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Which algorithms and keys are accepted.</summary>
    public PgpPolicy Policy { get; init; } = PgpPolicy.Default;

    /// <summary>How much the message may ask for.</summary>
    public PgpLimits Limits { get; init; } = PgpLimits.Default;
}
