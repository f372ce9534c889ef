namespace SecureExchange.Gateway.Keys;

/// <summary>Keeps root keys, each under its epoch.</summary>
internal abstract class RootKeyPlace
{
    /// <summary>32 bytes: AES-256.</summary>
    internal const int KeySize = 32;

    /// <summary>Keeps a new root key, durably. What an attempt before has left under the same epoch is replaced: nothing was ever
    /// wrapped under it.</summary>
    /// <returns>Where it is, for <see cref="FindAsync"/>.</returns>
    /// <exception cref="KeyException">It can't be kept, and what to do about it.</exception>
    internal abstract Task<string> KeepAsync(int epoch, SecretBytes root, CancellationToken ct);

    /// <summary>A root key; null where it is missing.</summary>
    /// <exception cref="KeyException">It can't be had, and what to do about it.</exception>
    internal abstract Task<SecretBytes?> FindAsync(int epoch, string place, CancellationToken ct);

    /// <summary>Destroys a root key that wraps nothing any more. It may be gone already.</summary>
    /// <exception cref="KeyException">It couldn't be.</exception>
    internal abstract Task DestroyAsync(int epoch, string place, CancellationToken ct);
}
