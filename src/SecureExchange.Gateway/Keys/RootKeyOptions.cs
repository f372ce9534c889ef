namespace SecureExchange.Gateway.Keys;

/// <summary>Where a new root key is kept. Paths and addresses only: key material and passphrases are never options.</summary>
/// <remarks>Where the root key is <em>now</em> the database says: a gateway that is told another place goes on with the key it has, and
/// moves it at the next rotation.</remarks>
public sealed record RootKeyOptions
{
    /// <summary>A file whose first line is the passphrase that the root key is wrapped under; null: none. Mode 0600, or a systemd
    /// credential.</summary>
    public string? PassphraseFile { get; init; }

    /// <summary>A vault of Azure Key Vault; null: the key is in the data folder. It is trusted: who can read its secrets can be this
    /// gateway.</summary>
    public Uri? Vault { get; init; }

    /// <summary>The secret's name there.</summary>
    public string VaultSecret { get; init; } = "secureexchange-root";
}
