namespace SecureExchange.OpenPgp.Keys;

/// <summary>Why something is revoked (RFC 9580 §5.2.3.31). The first two are hard: what was revoked was never to be trusted, and
/// nothing that it signed counts any more. The others leave what was before.</summary>
public enum RevocationReason
{
    /// <summary>No reason: as hard as <see cref="Compromised"/>.</summary>
    Unspecified = 0,

    /// <summary>Another key takes its place.</summary>
    Superseded = 1,

    /// <summary>Somebody else has, or may have, the secret part.</summary>
    Compromised = 2,

    /// <summary>No longer used.</summary>
    Retired = 3,
}
