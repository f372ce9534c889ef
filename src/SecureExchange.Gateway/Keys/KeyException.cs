namespace SecureExchange.Gateway.Keys;

/// <summary>A key of the gateway can't be used. The operator's to mend.</summary>
public sealed class KeyException(KeyError error, string what) : Exception(Text(error, what))
{
    public KeyError Error { get; } = error;

    private static string Text(KeyError error, string what) => error switch
    {
        KeyError.Malformed => $"{what}: this isn't a wrapped key (damaged, or from another version); restore it from a backup",
        KeyError.WrongKey => $"{what}: the root key doesn't open it; is this the key file that belongs to this database?",
        KeyError.Readable => $"{what}: others on this host may read the key file; chmod 600 it, and rotate it if they did",
        KeyError.Missing => $"{what}: the key is missing although the store isn't empty; restore it from a backup",
        KeyError.WrongPassphrase => $"{what}: the passphrase doesn't open it; is it the one of this gateway, in the first line of its file?",
        KeyError.NoPassphrase => $"{what} is wrapped under a passphrase; name the file that has it with --root-passphrase-file",
        KeyError.NoPassphraseFile => $"{what}: there is no such file, and the root key is wrapped under the passphrase in it; put it there, or name another with --root-passphrase-file",
        KeyError.ShortPassphrase => $"{what}: the passphrase has fewer than 16 bytes; whoever copies the data folder could guess it: make a longer one",
        KeyError.NoVault => $"{what} is in Azure Key Vault; name the vault with --root-vault",
        KeyError.VaultAway => $"{what}: the vault with the root key can't be reached, or nobody signs this host in there; see that the network and its managed identity are there, and start again",
        KeyError.VaultRefused => $"{what}: the vault doesn't let this host at the root key; give its identity the role Key Vault Secrets Officer on that secret",
    };
}

/// <summary>What's wrong with a key.</summary>
public enum KeyError
{
    Malformed,
    WrongKey,
    Readable,
    Missing,
    WrongPassphrase,
    NoPassphrase,
    NoPassphraseFile,
    ShortPassphrase,
    NoVault,
    VaultAway,
    VaultRefused,
}
