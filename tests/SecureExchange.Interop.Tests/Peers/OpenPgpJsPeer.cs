using SecureExchange.Interop.Tests.Forms;
using SecureExchange.Testing;

namespace SecureExchange.Interop.Tests.Peers;

/// <summary>OpenPGP.js, in a process of its own.</summary>
internal sealed class OpenPgpJsPeer : Implementation
{
    private readonly OpenPgpJs _js = new();

    public override string Name => "OpenPGP.js";

    public override Task<string> VersionAsync() => _js.VersionAsync();

    public override Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder) =>
        GenerateAsync(userId, passphrase, folder, new { passphrase });

    public override Task<TestKey> GenerateUnderArgon2Async(string userId, string passphrase, TempFolder folder) =>
        GenerateAsync(userId, passphrase, folder, new { passphrase, config = new { aeadProtect = true, s2kType = 4 } });

    /// <summary>Makes a key of a kind.</summary>
    /// <param name="userId">Its e-mail address.</param>
    /// <param name="passphrase">What the options say that the secret key is protected with.</param>
    /// <param name="folder">Where the key's files go.</param>
    /// <param name="options">What <c>openpgp.generateKey</c> takes.</param>
    public async Task<TestKey> GenerateAsync(string userId, string? passphrase, TempFolder folder, object options)
    {
        var made = await _js.GenerateAsync(userId, options);
        return new TestKey(userId, made.Secret, made.Certificate, folder) { Passphrase = passphrase };
    }

    public override Task<byte[]> WriteAsync(Form form, byte[] data)
    {
        if (form.Protection == Protection.LibrePgp) throw NotOffered("writes what RFC 9580 has");
        if (form.Compression == Compression.Bzip2) throw NotOffered("doesn't write BZip2");
        var with = new OpenPgpJsOptions
        {
            Recipients = [.. form.Recipients.Select(key => key.Certificate)],
            Passwords = form.Passphrase is null ? null : [form.Passphrase],
            Keys = form.Signer is null ? null : [.. form.Signers.Select(key => key.Secret)],
            KeyPassphrase = form.Signer?.Passphrase,
            Armor = form.Armor,
            IsText = form.IsText,
            Hidden = form.Hidden,
            Config = new
            {
                preferredCompressionAlgorithm = (int)form.Compression,
                aeadProtect = form.Protection is not (Protection.Version1 or Protection.Any),
                preferredAEADAlgorithm = form.Protection switch { Protection.Version2Eax => 1, Protection.Version2Gcm => 3, _ => 2 },
            },
        };
        return form.IsEncrypted ? _js.EncryptAsync(data, with) : _js.SignAsync(data, form.Shape, with);
    }

    public override async Task<byte[]> ReadAsync(Form form, byte[] message, byte[]? data)
    {
        var with = new OpenPgpJsOptions
        {
            Keys = form.Reader is null ? null : [form.Reader.Secret],
            KeyPassphrase = form.Reader?.Passphrase,
            Passwords = form.Passphrase is null ? null : [form.Passphrase],
            Verifiers = form.Signer is null ? null : [.. form.Signers.Select(key => key.Certificate)],
        };
        var read = form.IsEncrypted ? await _js.DecryptAsync(message, with)
            : data is null ? await _js.VerifyAsync(message, form.Shape, with)
            : await _js.VerifyAsync(data, form.Shape, with, signature: message);
        if (form.Signer is not null && !(read.Good && read.Signatures.Count == form.Signers.Count))
        {
            var refusal = read.Signatures.FirstOrDefault(signature => signature.Refused is not null)?.Refused;
            throw new PeerRefusedException(Name, refusal ?? $"found {read.Signatures.Count} signatures");
        }

        return read.Data;
    }

    public override async ValueTask DisposeAsync()
    {
        await _js.DisposeAsync();
        await base.DisposeAsync();
    }
}
