using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.OpenPgp.Messages;

/// <summary>What one signature is worth.</summary>
public sealed record SignatureResult
{
    /// <summary>Good, or why not.</summary>
    public required SignatureStatus Status { get; init; }

    /// <summary>Whose: the certificate's fingerprint. Null where no certificate at hand has the key.</summary>
    public Fingerprint? Signer { get; init; }

    /// <summary>Which key of that certificate signed; the same as <see cref="Signer"/> for the primary key.</summary>
    public Fingerprint? Subkey { get; init; }

    /// <summary>When, as the signer says; null where the signature doesn't say or its word is worth nothing.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The key id that the signature names, 0 for none: a claim, not a fact, unless the status is
    /// good.</summary>
    public ulong KeyId { get; init; }

    /// <summary>Over what it was checked; null for a signature that this engine can't read.</summary>
    public SignedExtent? Extent { get; init; }
}

/// <summary>Good, or why a signature isn't. The numbers are stable and only grow.</summary>
public enum SignatureStatus
{
    /// <summary>By a known signer, over exactly the plaintext, with a key that is valid now and was valid
    /// then.</summary>
    Good = 1,

    /// <summary>No certificate at hand has the key.</summary>
    UnknownSigner = 2,

    /// <summary>It doesn't verify: altered data, an altered signature, or another key.</summary>
    Bad = 3,

    /// <summary>The signature itself had an end, and that is past.</summary>
    Expired = 4,

    /// <summary>It claims to have been made later than now, or before its key.</summary>
    NotYetValid = 5,

    /// <summary>The signer's key or certificate had expired when it was made.</summary>
    KeyExpired = 6,

    /// <summary>Valid when it was made; the signer's key or certificate has expired since.</summary>
    KeyExpiredSince = 7,

    /// <summary>The signer's key or certificate is revoked.</summary>
    KeyRevoked = 8,

    /// <summary>The key isn't one that its certificate lets sign: no flag, no valid binding, or no back
    /// signature.</summary>
    KeyMayNotSign = 9,

    /// <summary>The policy refuses its hash, its algorithm or its key size.</summary>
    AlgorithmRefused = 10,

    /// <summary>A version (version 3 too), type, algorithm or critical subpacket that this engine doesn't take, or one that
    /// breaks the format.</summary>
    Unsupported = 11,

    /// <summary>Valid, but its signer named the recipients it is for, and none of ours is among them: somebody
    /// passed on
    /// what was sent to him (RFC 9580 §5.2.3.36).</summary>
    ForOthers = 12,
}
