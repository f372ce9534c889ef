using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Keys;

/// <summary>Finds root keys where the database says they are, and keeps new ones where the operator says.</summary>
internal sealed class RootKeys(string folder, RootKeyOptions options)
{
    private readonly FileRootKey _files = new(folder);
    private readonly PassphraseRootKey _sealed = new(folder, options.PassphraseFile);

    /// <summary>The gateway from before there were epochs had one here.</summary>
    internal string OldestPath { get; } = Path.Combine(folder, FileRootKey.NameOf(1));

    /// <summary>Makes and keeps a new root key.</summary>
    internal async Task<(SecretBytes Root, StoredRoot Stored)> MakeAsync(int epoch, CancellationToken ct)
    {
        var root = SecretBytes.Random(RootKeyPlace.KeySize);
        try
        {
            var place = options switch
            {
                { Vault: not null } => At("vault "),
                { PassphraseFile: not null } => _sealed,
                _ => (RootKeyPlace)_files,
            };
            return (root, new StoredRoot { Epoch = epoch, Id = IdOf(root), Place = await place.KeepAsync(epoch, root, ct) });
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>The root key that the database names.</summary>
    /// <exception cref="KeyException">It is missing, it can't be had, or it is another.</exception>
    internal async Task<SecretBytes> FindAsync(int epoch, string place, string? id, CancellationToken ct)
    {
        var root = await At(place).FindAsync(epoch, place, ct) ?? throw new KeyException(KeyError.Missing, $"the root key of epoch {epoch} ({place})");
        if (id is null || IdOf(root) == id) return root;
        root.Dispose();
        throw new KeyException(KeyError.WrongKey, $"the root key of epoch {epoch} ({place})");
    }

    internal Task DestroyAsync(int epoch, string place, CancellationToken ct) => At(place).DestroyAsync(epoch, place, ct);

    /// <summary>Tells root keys apart, and nothing else of them.</summary>
    internal static string IdOf(SecretBytes root)
    {
        using var id = root.Derive("secureexchange/v1/root-id");
        return Convert.ToHexStringLower(id.Span[..8]);
    }

    private RootKeyPlace At(string place) => place switch
    {
        FileRootKey.Place => _files,
        PassphraseRootKey.Place => _sealed,
        _ when VaultRootKey.IsPlace(place) => options.Vault is { } vault
            ? new VaultRootKey(vault, options.VaultSecret)
            : throw new KeyException(KeyError.NoVault, "the root key"),
        _ => throw new KeyException(KeyError.Malformed, "root_key.place"),
    };
}
