using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>How a message is opened.</summary>
public sealed record OpenOptions
{
    /// <summary>The keys that may decrypt it. They stay the caller's.</summary>
    public IReadOnlyList<SecretKey> Keys { get; init; } = [];

    /// <summary>Passphrases in UTF-8 that may decrypt it, for messages that are encrypted with one. The caller zeroes them once
    /// the message is open. A wrong one is <see cref="PgpError.WrongPassphrase"/> where the message tells, else
    /// <see cref="PgpError.DecryptionFailed"/>, after its end.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Passphrases { get; init; } = [];

    /// <summary>Session keys that decrypt it by themselves: where one is for the message's cipher, nothing else is tried, and of
    /// several for authenticated chunks only the first. They stay the caller's.</summary>
    public IReadOnlyList<SessionKey> SessionKeys { get; init; } = [];

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
