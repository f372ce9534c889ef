using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Gateway.Keys;

/// <summary>All keys that the gateway holds. Others get what they need to do one thing, never the root.</summary>
/// <remarks><code>
/// root key (file, passphrase or vault) ── wraps ─► secrets, each random, in the database, by purpose and epoch:
///   gateway/openpgp        the gateway's OpenPGP key
///   log/LOG                the Ed25519 seed that signs a log
///   agreement/AGREEMENT ─┬─ HKDF ─► tokens, FPE, hashes, dates
///                        └─ HKDF ─► wraps the data key of each transfer
///   client/CLIENT        ── HKDF ─► the same of fields whose profile says scope: client
///   caller-tag, machine-tokens
/// </code>
/// Destroying an agreement's secret makes its tokens, manifests and file names unreadable for good.</remarks>
public sealed class KeyRing : IDisposable
{
    private const int KeySize = 32;

    private readonly SecretStore _secrets;
    private readonly RootKeys _places;
    private readonly string _gatewayName;

    /// <summary>By epoch. More than one only while the root key is being rotated.</summary>
    private readonly Dictionary<int, SecretBytes> _roots = [];

    /// <summary>A root key isn't zeroed while something is unwrapped under it.</summary>
    private readonly Lock _turn = new();

    private SecretBytes? _callerTag;
    private SecretKey? _gatewayKey;

    private KeyRing(SecretStore secrets, RootKeys places, string gatewayName) =>
        (_secrets, _places, _gatewayName) = (secrets, places, gatewayName);

    /// <summary>The gateway's OpenPGP key: opens what is sent to it, signs what it seals.</summary>
    public SecretKey GatewayKey => _gatewayKey!;

    /// <summary>Opens the keys, or makes them where the store is new.</summary>
    /// <param name="database">Has the secrets, wrapped.</param>
    /// <param name="folder">Trusted: who can read it can be this gateway.</param>
    /// <param name="options">Where a new root key is kept.</param>
    /// <param name="gatewayName">The first part of each log's origin, and the user id of a new OpenPGP key.</param>
    /// <param name="clock">When a new key is made.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="KeyException">A key is missing, readable by others, or another's; or it can't be had.</exception>
    internal static async Task<KeyRing> OpenAsync(
        Database database, string folder, RootKeyOptions options, string gatewayName, TimeProvider clock, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var secrets = new SecretStore(database, clock);
        var places = new RootKeys(folder, options);
        var keys = new KeyRing(secrets, places, gatewayName);
        try
        {
            if (await secrets.RootAsync(ct) is null)
                await new FirstKeys(secrets, places, folder, gatewayName).MakeAsync(await database.AgreementsAsync(ct), clock.GetUtcNow(), ct);
            // What was read from the folder before there were epochs is in the database now.
            KeyFile.Destroy(Path.Combine(folder, FirstKeys.OldGatewayKey));
            await keys.LoadRootAsync(ct);
            keys._callerTag = await keys.OpenNewestAsync(SecretPurpose.CallerTag, ct);
            using var gatewayKey = await keys.OpenNewestAsync(SecretPurpose.Gateway, ct);
            keys._gatewayKey = SecretKey.Read(gatewayKey.Span.ToArray());
            return keys;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>The key that signs the checkpoints of one log. The caller's to dispose of.</summary>
    internal async Task<NoteSigner> LogSignerAsync(LogName log, CancellationToken ct)
    {
        using var seed = await OpenNewestAsync(SecretPurpose.Of(log), ct);
        return new NoteSigner(log.Origin(_gatewayName), seed.Span);
    }

    /// <summary>Issues the short tokens that machines get for their assertions.</summary>
    internal async Task<LocalIssuer> TokenIssuerAsync(CancellationToken ct)
    {
        using var secret = await OpenNewestAsync(SecretPurpose.MachineTokens, ct);
        return LocalIssuer.FromSecret($"urn:secureexchange:gateway:{_gatewayName}", secret.Span);
    }

    /// <summary>What stands for a caller where everybody may read: the same caller has the same tag.</summary>
    internal string CallerTag(PartyId party, CallerId caller) =>
        $"tag:{Convert.ToHexStringLower(HMACSHA256.HashData(_callerTag!.Span, System.Text.Encoding.UTF8.GetBytes($"{party}/{caller}")).AsSpan(0, 12))}";

    /// <summary>Makes a new agreement's secrets, within the transaction that notes the agreement: its own, its log's, and its client's
    /// where that has none yet.</summary>
    internal async Task AddAgreementAsync(SqliteConnection connection, DbTransaction transaction, AgreementId agreement, DateTimeOffset now)
    {
        foreach (var purpose in (string[])[SecretPurpose.Of(agreement), SecretPurpose.Of(LogName.Of(agreement)), SecretPurpose.OfClient(ClientOf(agreement))])
            await SecretStore.AddAsync(connection, transaction, purpose, root => WrapNew(root, purpose), now);
    }

    /// <summary>Opens an agreement's key.</summary>
    internal async Task<AgreementKey> OpenAgreementKeyAsync(AgreementId agreement, CancellationToken ct)
    {
        var own = await OpenAsync(SecretPurpose.Of(agreement), ct);
        var ofClient = await OpenAsync(SecretPurpose.OfClient(ClientOf(agreement)), ct);
        var epochs = new SortedDictionary<int, (SecretBytes, SecretBytes)>();
        foreach (var (stored, key) in own)
            epochs.Add(stored.Epoch, (key, SecretBytes.Copy(ofClient.Single(c => c.Stored.Epoch == stored.ClientEpoch).Secret.Span)));
        foreach (var (_, key) in ofClient) key.Dispose();
        return new AgreementKey(agreement, epochs);
    }

    public void Dispose()
    {
        _gatewayKey?.Dispose();
        _callerTag?.Dispose();
        lock (_turn)
        {
            foreach (var root in _roots.Values) root.Dispose();
            _roots.Clear();
        }
    }

    internal static string ClientOf(AgreementId agreement) => agreement.Value[..agreement.Value.IndexOf('.', StringComparison.Ordinal)];

    private byte[] WrapNew(int root, string purpose)
    {
        using var secret = SecretBytes.Random(KeySize);
        lock (_turn) return KeyWrap.Wrap(_roots[root], secret.Span, SecretPurpose.Bound(purpose, 1));
    }

    private async Task<SecretBytes> OpenNewestAsync(string purpose, CancellationToken ct)
    {
        var epochs = await OpenAsync(purpose, ct);
        foreach (var (_, older) in epochs.SkipLast(1)) older.Dispose();
        return epochs[^1].Secret;
    }

    /// <summary>A purpose's secrets, oldest first; at least one.</summary>
    private async Task<IReadOnlyList<(StoredSecret Stored, SecretBytes Secret)>> OpenAsync(string purpose, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            var stored = await _secrets.FindAsync(purpose, ct);
            if (stored.Count == 0) throw new KeyException(KeyError.Missing, purpose);
            if (TryUnwrap(stored) is { } opened) return opened;
            // Read before the root key was rotated, or rotated by an attempt that was told it had failed.
            if (attempt == 3) throw new KeyException(KeyError.WrongKey, purpose);
            await LoadRootAsync(ct);
        }
    }

    private List<(StoredSecret, SecretBytes)>? TryUnwrap(IReadOnlyList<StoredSecret> stored)
    {
        var opened = new List<(StoredSecret, SecretBytes)>();
        lock (_turn)
        {
            if (!stored.All(secret => _roots.ContainsKey(secret.Root))) return null;
            foreach (var secret in stored)
                opened.Add((secret, new SecretBytes(KeyWrap.Unwrap(_roots[secret.Root], secret.Wrapped, SecretPurpose.Bound(secret.Purpose, secret.Epoch)))));
            return opened;
        }
    }

    /// <summary>Takes the root key that the database names, and forgets others.</summary>
    private async Task LoadRootAsync(CancellationToken ct)
    {
        var stored = await _secrets.RootAsync(ct) ?? throw new KeyException(KeyError.Missing, "root_key");
        lock (_turn)
        {
            if (_roots.ContainsKey(stored.Epoch)) return;
        }

        var root = await _places.FindAsync(stored.Epoch, stored.Place, stored.Id, ct);
        lock (_turn)
        {
            foreach (var older in _roots.Values) older.Dispose();
            _roots.Clear();
            _roots.Add(stored.Epoch, root);
        }
    }
}
