using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>How signatures outside encryption are judged.</summary>
public sealed record VerifyOptions
{
    /// <summary>Whose signatures are known. A signature by anybody else is <see
    /// cref="SignatureStatus.UnknownSigner"/>.</summary>
    public required IReadOnlyList<Certificate> Verifiers { get; init; }

    /// <summary>The present: signatures and signers are judged at this moment.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Which algorithms and keys are accepted.</summary>
    public PgpPolicy Policy { get; init; } = PgpPolicy.Default;

    /// <summary>How much the input may ask for.</summary>
    public PgpLimits Limits { get; init; } = PgpLimits.Default;
}
