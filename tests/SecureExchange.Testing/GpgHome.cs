using System.Globalization;
using System.Text;

namespace SecureExchange.Testing;

/// <summary>A real GnuPG with a home of its own. Its agent goes when it goes.</summary>
public sealed class GpgHome : IAsyncDisposable
{
    private readonly TempFolder _home = new();

    // gpg puts a changed keyring in the old one's place in two steps; another gpg that looks between them finds none.
    private readonly SemaphoreSlim _turn = new(1);

    public async Task<PeerResult> RunAsync(byte[]? input, params string[] arguments)
    {
        await _turn.WaitAsync();
        try
        {
            return await Peer.RunAsync(
                "gpg",
                [
                    "--homedir", _home.Path, "--batch", "--yes", "--quiet", "--trust-model", "always",
                    "--pinentry-mode", "loopback", "--passphrase", "", .. arguments,
                ],
                input, _home.Path);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes a key without a passphrase.</summary>
    /// <param name="userId">Whose; no other key here may have it.</param>
    /// <param name="kind">The kind of the primary key and of its encryption subkey.</param>
    /// <param name="expires">As gpg has it: <c>never</c>, <c>1d</c>.</param>
    /// <param name="at">The moment that gpg takes for now.</param>
    /// <param name="canEncrypt">Whether it gets an encryption subkey.</param>
    /// <returns>The fingerprint.</returns>
    public async Task<string> GenerateAsync(
        string userId, GpgKeyKind kind, string expires = "never", DateTimeOffset? at = null, bool canEncrypt = true)
    {
        var (primary, subkey) = kind == GpgKeyKind.Rsa3072 ? ("rsa3072", "rsa3072") : ("ed25519", "cv25519");
        string[] clock = at is { } moment
            ? ["--faked-system-time", moment.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture)]
            : [];
        (await RunAsync(null, [.. clock, "--quick-generate-key", userId, primary, "default", expires])).Succeeded();
        var listing = (await RunAsync(null, "--with-colons", "--list-keys", $"={userId}")).Succeeded().Text;
        var fingerprint = listing.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
        if (canEncrypt) (await RunAsync(null, [.. clock, "--quick-add-key", fingerprint, subkey, "encr", expires])).Succeeded();
        return fingerprint;
    }

    /// <summary>The certificate, armored.</summary>
    public async Task<string> ExportAsync(string key) => (await RunAsync(null, "--armor", "--export", key)).Succeeded().Text;

    /// <summary>The secret key, armored.</summary>
    public async Task<string> ExportSecretAsync(string key) =>
        (await RunAsync(null, "--armor", "--export-secret-keys", key)).Succeeded().Text;

    public async Task ImportAsync(string armored) => (await RunAsync(Encoding.ASCII.GetBytes(armored), "--import")).Succeeded();

    /// <summary>Revokes a key with the certificate that gpg laid aside when it made it.</summary>
    public async Task RevokeAsync(string fingerprint)
    {
        var kept = await File.ReadAllTextAsync(System.IO.Path.Combine(_home.Path, "openpgp-revocs.d", $"{fingerprint}.rev"));
        await ImportAsync(kept[kept.IndexOf("-----BEGIN", StringComparison.Ordinal)..]); // Before it stands a colon, against accidents.
    }

    /// <summary>Encrypts, and signs where a signer is named.</summary>
    public async Task<byte[]> EncryptAsync(byte[] plaintext, string recipient, string? signer = null, params string[] options)
    {
        string[] sign = signer is null ? [] : ["--local-user", signer, "--sign"];
        return (await RunAsync(plaintext, [.. options, .. sign, "--recipient", recipient, "--encrypt"])).Succeeded().Output;
    }

    /// <summary>Decrypts and verifies.</summary>
    /// <returns>The plaintext, and among the errors gpg's status lines.</returns>
    public Task<PeerResult> DecryptAsync(byte[] message) => RunAsync(message, "--status-fd", "2", "--decrypt");

    public async ValueTask DisposeAsync()
    {
        await Peer.RunAsync("gpgconf", ["--homedir", _home.Path, "--kill", "all"]);
        _home.Dispose();
        _turn.Dispose();
    }
}

/// <summary>The kinds of keys that people have.</summary>
public enum GpgKeyKind
{
    Rsa3072,
    Curve25519,
}
