namespace SecureExchange.OpenPgp.Keys;

/// <summary>What a new key is to be. Its primary key certifies and does nothing else; one subkey signs, one decrypts, so that
/// each can be replaced by itself.</summary>
public sealed record KeyOptions
{
    /// <summary>Whose: names, by custom with a mail address in angle brackets; the first is the primary one. None will do
    /// (RFC 9580 §10.1.1), but GnuPG takes no certificate without.</summary>
    public IReadOnlyList<string> UserIds { get; init; } = [];

    /// <summary>The present; whole seconds are kept.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How long the certificate is valid; null for ever. Whole seconds, less than 136 years.</summary>
    public TimeSpan? ValidFor { get; init; }

    /// <summary>Which readers it is for.</summary>
    public KeyProfile Profile { get; init; } = KeyProfile.Version4;

    /// <summary>Its algorithms.</summary>
    public KeySuite Suite { get; init; } = KeySuite.Curve25519;

    /// <summary>Whether it has no subkey to encrypt to: for keys that sign releases or logs.</summary>
    public bool IsSigningOnly { get; init; }
}
