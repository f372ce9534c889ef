using System.Globalization;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.Testing;

namespace SecureExchange.OpenPgp.Tests.Peers;

/// <summary>A real GnuPG with a home of its own. Its agent goes when it goes.</summary>
public sealed class Gpg : IAsyncDisposable
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
                    "--pinentry-mode", "loopback", .. arguments,
                ],
                input,
                folder: _home.Path);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Makes a key with an encryption subkey, as its owner would.</summary>
    /// <returns>The fingerprint.</returns>
    public async Task<string> GenerateAsync(
        string userId, string primary, string? subkey, string expires = "never", DateTimeOffset? at = null, string passphrase = "")
    {
        string[] options = ["--passphrase", passphrase, .. Clock(at)];
        (await RunAsync(null, [.. options, "--quick-generate-key", userId, primary, "default", expires])).Succeeded();
        var fingerprint = await FingerprintAsync(userId);
        if (subkey is not null)
            (await RunAsync(null, [.. options, "--quick-add-key", fingerprint, subkey, "encr", expires])).Succeeded();
        return fingerprint;
    }

    public async Task<string> FingerprintAsync(string userId)
    {
        var listing = (await RunAsync(null, "--with-colons", "--list-keys", $"={userId}")).Succeeded().Text;
        return listing.Split('\n').First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9];
    }

    public async Task<byte[]> ExportAsync(string key) => (await RunAsync(null, "--export", key)).Succeeded().Output;

    public async Task<Certificate> CertificateAsync(string key) => Certificate.Read(await ExportAsync(key));

    public async Task<byte[]> ExportSecretAsync(string key, string passphrase = "") =>
        (await RunAsync(null, "--passphrase", passphrase, "--export-secret-keys", key)).Succeeded().Output;

    public async Task ImportAsync(byte[] key) => (await RunAsync(key, "--import")).Succeeded();

    public Task<PeerResult> DecryptAsync(byte[] message) => RunAsync(message, "--status-fd", "2", "--decrypt");

    public static string[] Clock(DateTimeOffset? at) => at is { } moment
        ? ["--faked-system-time", moment.UtcDateTime.ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture) + "!"]
        : [];

    public async ValueTask DisposeAsync()
    {
        await Peer.RunAsync("gpgconf", ["--homedir", _home.Path, "--kill", "all"]);
        _home.Dispose();
        _turn.Dispose();
    }
}
