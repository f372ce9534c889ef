using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace SecureExchange.Gateway.Keys;

/// <summary>Root keys as versions of one secret in Azure Key Vault, 32 bytes in base64. The data folder then has nothing that opens
/// anything.</summary>
/// <remarks>Read once, at the start. A version can't be deleted by itself: an old one is disabled, so that the vault's owner can still
/// open old backups with it.</remarks>
internal sealed class VaultRootKey : RootKeyPlace
{
    private const string Prefix = "vault ";

    private readonly SecretClient _client;
    private readonly string _name;
    private readonly string _vault;

    internal VaultRootKey(Uri vault, string name)
    {
        var options = new SecretClientOptions
        {
            // A vault's challenge must name the vault's own domain, or a token could be asked for somebody else. Addresses of this
            // host have no domain.
            DisableChallengeResourceVerification = vault.IsLoopback,
        };
        options.Retry.MaxRetries = 3;
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(10);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(4);
        _client = new SecretClient(vault, new DefaultAzureCredential(), options);
        _name = name;
        _vault = vault.Host;
    }

    /// <summary>Whether a place in the database is one of a vault.</summary>
    internal static bool IsPlace(string place) => place.StartsWith(Prefix, StringComparison.Ordinal);

    internal override Task<string> KeepAsync(int epoch, SecretBytes root, CancellationToken ct) => AskAsync(async () =>
    {
        // The SDK takes a string, which can't be zeroed: it is short-lived, as is the one that it reads.
        var secret = new KeyVaultSecret(_name, Convert.ToBase64String(root.Span));
        secret.Properties.ContentType = "application/octet-stream;base64";
        secret.Properties.Tags["secureexchange-epoch"] = epoch.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var kept = await _client.SetSecretAsync(secret, ct);
        return $"{Prefix}{kept.Value.Properties.Version}";
    });

    internal override Task<SecretBytes?> FindAsync(int epoch, string place, CancellationToken ct) => AskAsync(async () =>
    {
        string value;
        try
        {
            value = (await _client.GetSecretAsync(_name, VersionOf(place), cancellationToken: ct)).Value.Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }

        var encoded = Encoding.ASCII.GetBytes(value);
        var root = SecretBytes.Pinned(KeySize);
        var status = Base64.DecodeFromUtf8(encoded, root, out var read, out var written);
        var isWhole = status == System.Buffers.OperationStatus.Done && read == encoded.Length && written == KeySize;
        CryptographicOperations.ZeroMemory(encoded);
        return isWhole ? new SecretBytes(root) : throw new KeyException(KeyError.Malformed, $"the secret {_name} in {_vault}");
    });

    internal override Task DestroyAsync(int epoch, string place, CancellationToken ct) => AskAsync(async () =>
    {
        try
        {
            var version = new SecretProperties(new Uri(_client.VaultUri, $"secrets/{_name}/{VersionOf(place)}")) { Enabled = false };
            await _client.UpdateSecretPropertiesAsync(version, ct);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Gone.
        }

        return 0;
    });

    private static string VersionOf(string place) => place[Prefix.Length..];

    private async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RequestFailedException e) when (e.Status is 401 or 403)
        {
            throw new KeyException(KeyError.VaultRefused, $"{_vault} ({e.Status} {e.ErrorCode})");
        }
        catch (Exception e) when (e is RequestFailedException or AuthenticationFailedException or AggregateException or TaskCanceledException)
        {
            throw new KeyException(KeyError.VaultAway, _vault);
        }
    }
}
