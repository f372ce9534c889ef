using System.Security.Cryptography;
using SecureExchange.Cryptography;

namespace SecureExchange.Gateway.Keys;

/// <summary>Root keys in the data folder, wrapped under a passphrase: <c>keys/root-1.sealed</c> and so on. A copy of the folder is worth
/// nothing without the passphrase, which lives elsewhere.</summary>
/// <remarks><code>{ "SXR1" | salt 16 | passes 1 | lanes 1 | memory 1 | wrapped root key }</code>
/// Argon2id (RFC 9106); memory is a power of two in KiB. Format: docs/formats/keys.md.</remarks>
/// <param name="folder">The keys' folder.</param>
/// <param name="passphraseFile">Where the passphrase is; null: nobody has said, so that nothing opens.</param>
internal sealed class PassphraseRootKey(string folder, string? passphraseFile) : RootKeyPlace
{
    internal const string Place = "passphrase";

    /// <summary>Whoever has a copy of the file can guess as fast as they can pay.</summary>
    private const int LeastPassphrase = 16;

    private const int SaltSize = 16;
    private const int HeaderSize = 4 + SaltSize + 3;

    /// <summary>RFC 9106 section 4, the second recommended choice: 3 passes, 4 lanes, 64 MiB.</summary>
    private const byte Passes = 3, Lanes = 4, MemoryExponent = 16;

    /// <summary>A changed file must not make the gateway ask for more than 2 GiB, or work for hours.</summary>
    private const byte MaxPasses = 16, MaxLanes = 16, MaxMemoryExponent = 21;

    private static ReadOnlySpan<byte> Magic => "SXR1"u8;

    internal override Task<string> KeepAsync(int epoch, SecretBytes root, CancellationToken ct)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        RandomNumberGenerator.Fill(header.AsSpan(Magic.Length, SaltSize));
        (header[^3], header[^2], header[^1]) = (Passes, Lanes, MemoryExponent);
        using var key = Stretch(header);
        KeyFile.Destroy(PathOf(epoch));
        KeyFile.Create(PathOf(epoch), [.. header, .. KeyWrap.Wrap(key, root.Span, BoundTo(epoch))]);
        return Task.FromResult(Place);
    }

    internal override Task<SecretBytes?> FindAsync(int epoch, string place, CancellationToken ct)
    {
        var path = PathOf(epoch);
        if (!File.Exists(path)) return Task.FromResult<SecretBytes?>(null);
        var content = KeyFile.Read(path);
        if (content.Length < HeaderSize || !content.AsSpan().StartsWith(Magic)
            || content[HeaderSize - 3] is 0 or > MaxPasses || content[HeaderSize - 2] is 0 or > MaxLanes || content[HeaderSize - 1] is < 7 or > MaxMemoryExponent)
            throw new KeyException(KeyError.Malformed, NameOf(epoch));
        using var key = Stretch(content.AsSpan(0, HeaderSize));
        try
        {
            return Task.FromResult<SecretBytes?>(new SecretBytes(KeyWrap.Unwrap(key, content.AsSpan(HeaderSize), BoundTo(epoch))));
        }
        catch (KeyException e) when (e.Error == KeyError.WrongKey)
        {
            throw new KeyException(KeyError.WrongPassphrase, NameOf(epoch));
        }
    }

    internal override Task DestroyAsync(int epoch, string place, CancellationToken ct)
    {
        KeyFile.Destroy(PathOf(epoch));
        return Task.CompletedTask;
    }

    private static string NameOf(int epoch) => $"root-{epoch}.sealed";

    private static string BoundTo(int epoch) => $"root epoch {epoch}";

    private string PathOf(int epoch) => Path.Combine(folder, NameOf(epoch));

    private SecretBytes Stretch(ReadOnlySpan<byte> header)
    {
        if (passphraseFile is null) throw new KeyException(KeyError.NoPassphrase, "the root key");
        if (!File.Exists(passphraseFile)) throw new KeyException(KeyError.NoPassphraseFile, passphraseFile);
        var content = KeyFile.Read(passphraseFile);
        try
        {
            var passphrase = content.AsSpan();
            if (passphrase.IndexOf((byte)'\n') is >= 0 and var end) passphrase = passphrase[..end];
            passphrase = passphrase.TrimEnd((byte)'\r');
            if (passphrase.Length < LeastPassphrase) throw new KeyException(KeyError.ShortPassphrase, passphraseFile);
            var key = SecretBytes.Pinned(32);
            Argon2id.DeriveKey(passphrase, header.Slice(Magic.Length, SaltSize), header[^3], header[^2], 1 << header[^1], key);
            return new SecretBytes(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }
}
