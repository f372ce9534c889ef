namespace SecureExchange.Testing;

/// <summary>What OpenPGP.js may use for an operation; each takes what it needs of it.</summary>
public sealed record OpenPgpJsOptions
{
    /// <summary>Certificates to encrypt to.</summary>
    public IReadOnlyList<byte[]>? Recipients { get; init; }

    /// <summary>Secret keys, to decrypt or to sign with.</summary>
    public IReadOnlyList<byte[]>? Keys { get; init; }

    /// <summary>What unlocks all of <see cref="Keys"/>; null where they are unprotected.</summary>
    public string? KeyPassphrase { get; init; }

    /// <summary>Passphrases of the message itself.</summary>
    public IReadOnlyList<string>? Passwords { get; init; }

    /// <summary>Certificates that signatures are checked with.</summary>
    public IReadOnlyList<byte[]>? Verifiers { get; init; }

    /// <summary>Whether what comes out is armored.</summary>
    public bool Armor { get; init; }

    /// <summary>Whether data is signed as text.</summary>
    public bool IsText { get; init; }

    /// <summary>Whether recipients aren't named.</summary>
    public bool Hidden { get; init; }

    /// <summary>Settings of OpenPGP.js by their own names: <c>new { aeadProtect = true, preferredAEADAlgorithm = 2 }</c>.</summary>
    public object? Config { get; init; }
}
