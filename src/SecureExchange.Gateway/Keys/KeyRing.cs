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

    private readonly GatewayKeys _gatewayKeys = new();
    private readonly TimeProvider _clock;

    /// <summary>By epoch, the oldest first.</summary>
    private volatile SecretBytes[] _callerTags = [];
    private volatile LocalIssuer? _tokens;

    private KeyRing(SecretStore secrets, RootKeys places, string gatewayName, TimeProvider clock) =>
        (_secrets, _places, _gatewayName, _clock) = (secrets, places, gatewayName, clock);

    /// <summary>The gateway's OpenPGP key: signs what it seals, and opens what is sent to it.</summary>
    public SecretKey GatewayKey
    {
        get
        {
            lock (_gatewayKeys) return _gatewayKeys.Current;
        }
    }

    /// <summary>The gateway's certificates: the current one first, then those before it, superseded.</summary>
    public IReadOnlyList<Certificate> Certificates
    {
        get
        {
            lock (_gatewayKeys) return _gatewayKeys.Certificates;
        }
    }

    /// <summary>Issues the short tokens that machines get for their assertions. Another one after the root key was rotated.</summary>
    internal LocalIssuer Tokens => _tokens!;

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
        var keys = new KeyRing(secrets, places, gatewayName, clock);
        try
        {
            if (await secrets.RootAsync(ct) is null)
                await new FirstKeys(secrets, places, folder, gatewayName).MakeAsync(await database.AgreementsAsync(ct), clock.GetUtcNow(), ct);
            // What was read from the folder before there were epochs is in the database now.
            KeyFile.Destroy(Path.Combine(folder, FirstKeys.OldGatewayKey));
            await keys.LoadRootAsync(ct);
            await keys.LoadCallerTagsAsync(ct);
            await keys.LoadTokensAsync(ct);
            await keys.LoadGatewayKeysAsync(ct);
            return keys;
        }
        catch
        {
            keys.Dispose();
            throw;
        }
    }

    /// <summary>The keys that sign the checkpoints of one log. The caller's to dispose of.</summary>
    internal async Task<LogKeys> LogKeysAsync(LogName log, CancellationToken ct)
    {
        var epochs = await OpenAsync(SecretPurpose.Of(log), ct);
        var signers = epochs.TakeLast(2).Select(epoch => new NoteSigner(log.Origin(_gatewayName), epoch.Secret.Span)).ToList();
        foreach (var (_, seed) in epochs) seed.Dispose();
        var newest = epochs[^1].Stored;
        return new LogKeys(
            newest.Epoch, signers[^1], signers.Count > 1 ? signers[0] : null,
            _clock.GetUtcNow() < DateTimeOffset.FromUnixTimeMilliseconds(newest.UsedFrom!.Value) + LogKeys.Overlap);
    }

    /// <summary>The public part of a log's key of an epoch, one that isn't used yet too.</summary>
    internal async Task<NoteVerifier> LogVerifierAsync(LogName log, int epoch)
    {
        using var seed = await OpenOneAsync(SecretPurpose.Of(log), epoch);
        using var signer = new NoteSigner(log.Origin(_gatewayName), seed.Span);
        return signer.Verifier;
    }

    /// <summary>The keys that open what is sent to the gateway: for a while the ones before the current one too.</summary>
    internal IReadOnlyList<SecretKey> OpeningKeys(DateTimeOffset now)
    {
        lock (_gatewayKeys) return _gatewayKeys.Opening(now);
    }

    /// <summary>A new OpenPGP key of the gateway's, as it is stored.</summary>
    internal SecretBytes NewGatewayKey()
    {
        using var made = SecretKey.Generate(FirstKeys.UserId(_gatewayName), _clock.GetUtcNow());
        return new SecretBytes(made.ToBytes());
    }

    /// <summary>Takes up the OpenPGP keys that it hasn't yet.</summary>
    internal async Task LoadGatewayKeysAsync(CancellationToken ct)
    {
        var epochs = await OpenAsync(SecretPurpose.Gateway, ct);
        lock (_gatewayKeys)
        {
            foreach (var (stored, secret) in epochs.Skip(_gatewayKeys.Count))
                _gatewayKeys.Add(SecretKey.Read(secret.Span.ToArray()), DateTimeOffset.FromUnixTimeMilliseconds(stored.UsedFrom!.Value));
        }

        foreach (var (_, secret) in epochs) secret.Dispose();
    }

    /// <summary>Fingerprint of the gateway's certificate of an epoch, one that isn't used yet too.</summary>
    internal async Task<string> FingerprintOfAsync(int epoch)
    {
        using var secret = await OpenOneAsync(SecretPurpose.Gateway, epoch);
        using var key = SecretKey.Read(secret.Span.ToArray());
        return key.Certificate.Fingerprint.ToString();
    }

    /// <summary>Makes and keeps a new root key, under which nothing is yet.</summary>
    /// <returns>Where it is.</returns>
    /// <exception cref="KeyException">It can't be kept.</exception>
    internal async Task<string> KeepNewRootAsync(int epoch)
    {
        var (root, stored) = await _places.MakeAsync(epoch, CancellationToken.None);
        root.Dispose();
        return stored.Place;
    }

    /// <summary>Wraps all secrets anew under a root key that has been kept, and forgets the one before. The key of machines' tokens isn't
    /// wrapped anew but made anew: who had the old root key could have signed some, and they live ten minutes.</summary>
    internal async Task<Rotation> SwitchRootAsync(RotationStore rotations, Rotation rotation)
    {
        var root = await _places.FindAsync(rotation.Epoch, rotation.Place!, id: null, CancellationToken.None);
        lock (_turn) _roots[rotation.Epoch] = root;
        var switched = await rotations.SwitchRootAsync(rotation, RootKeys.IdOf(root), Rewrap);
        await LoadTokensAsync(CancellationToken.None);
        lock (_turn)
        {
            foreach (var older in _roots.Keys.Where(epoch => epoch != rotation.Epoch).ToList())
            {
                _roots[older].Dispose();
                _roots.Remove(older);
            }
        }

        return switched;

        byte[] Rewrap(StoredSecret stored)
        {
            var purpose = SecretPurpose.Bound(stored.Purpose, stored.Epoch);
            lock (_turn)
            {
                using var secret = stored.Purpose == SecretPurpose.MachineTokens
                    ? SecretBytes.Random(KeySize)
                    : new SecretBytes(KeyWrap.Unwrap(_roots[stored.Root], stored.Wrapped, purpose));
                return KeyWrap.Wrap(root, secret.Span, purpose);
            }
        }
    }

    /// <summary>Destroys a root key that wraps nothing any more.</summary>
    internal Task DestroyRootAsync(int epoch, string place) => _places.DestroyAsync(epoch, place, CancellationToken.None);

    /// <summary>Wraps a secret under the root key of an epoch.</summary>
    internal byte[] Wrap(int root, string purpose, int epoch, ReadOnlySpan<byte> secret)
    {
        lock (_turn) return KeyWrap.Wrap(_roots[root], secret, SecretPurpose.Bound(purpose, epoch));
    }

    /// <summary>Takes up the keys of callers' tags that it hasn't yet.</summary>
    internal async Task LoadCallerTagsAsync(CancellationToken ct)
    {
        var epochs = await OpenAsync(SecretPurpose.CallerTag, ct);
        var known = _callerTags;
        foreach (var (_, secret) in epochs.Take(known.Length)) secret.Dispose();
        _callerTags = [.. known, .. epochs.Skip(known.Length).Select(epoch => epoch.Secret)];
    }

    /// <summary>What stands for a caller where everybody may read: until its key is rotated the same caller has the same tag.</summary>
    internal string CallerTag(PartyId party, CallerId caller) => CallerTag(_callerTags[^1], party, caller);

    /// <summary>All tags that a caller has had.</summary>
    internal IReadOnlyList<string> CallerTags(PartyId party, CallerId caller) => [.. _callerTags.Select(key => CallerTag(key, party, caller))];

    private static string CallerTag(SecretBytes key, PartyId party, CallerId caller) =>
        $"tag:{Convert.ToHexStringLower(HMACSHA256.HashData(key.Span, System.Text.Encoding.UTF8.GetBytes($"{party}/{caller}")).AsSpan(0, 12))}";

    /// <summary>Makes a new agreement's secrets, within the transaction that notes the agreement: its own, its log's, and its client's
    /// where that has none yet.</summary>
    internal async Task AddAgreementAsync(SqliteConnection connection, DbTransaction transaction, AgreementId agreement, DateTimeOffset now)
    {
        var client = SecretPurpose.OfClient(ClientOf(agreement));
        foreach (var (purpose, ofClient) in ((string, string?)[])[(client, null), (SecretPurpose.Of(agreement), client), (SecretPurpose.Of(LogName.Of(agreement)), null)])
            await SecretStore.AddAsync(connection, transaction, purpose, ofClient, root => WrapNew(root, purpose), now);
    }

    /// <summary>Opens an agreement's key.</summary>
    /// <exception cref="ErasedException">The agreement was erased.</exception>
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
        _gatewayKeys.Dispose();
        _tokens?.Dispose();
        foreach (var key in _callerTags) key.Dispose();
        lock (_turn)
        {
            foreach (var root in _roots.Values) root.Dispose();
            _roots.Clear();
        }
    }

    internal static string ClientOf(AgreementId agreement) => agreement.Value[..agreement.Value.IndexOf('.', StringComparison.Ordinal)];

    /// <summary>An issuer that was in use may still sign a token at this moment: it isn't disposed of.</summary>
    private async Task LoadTokensAsync(CancellationToken ct)
    {
        using var secret = await OpenNewestAsync(SecretPurpose.MachineTokens, ct);
        _tokens = LocalIssuer.FromSecret($"urn:secureexchange:gateway:{_gatewayName}", secret.Span);
    }

    private byte[] WrapNew(int root, string purpose)
    {
        using var secret = SecretBytes.Random(KeySize);
        return Wrap(root, purpose, 1, secret.Span);
    }

    private async Task<SecretBytes> OpenNewestAsync(string purpose, CancellationToken ct)
    {
        var epochs = await OpenAsync(purpose, ct);
        foreach (var (_, older) in epochs.SkipLast(1)) older.Dispose();
        return epochs[^1].Secret;
    }

    /// <summary>One epoch of a purpose, one that isn't used yet too.</summary>
    private async Task<SecretBytes> OpenOneAsync(string purpose, int epoch)
    {
        for (var attempt = 0; ; attempt++)
        {
            var stored = await _secrets.FindAsync(purpose, epoch, CancellationToken.None) ?? throw new KeyException(KeyError.Missing, purpose);
            if (TryUnwrap([stored]) is [var (_, secret)]) return secret;
            if (attempt == 3) throw new KeyException(KeyError.WrongKey, purpose);
            await LoadRootAsync(CancellationToken.None);
        }
    }

    /// <summary>A purpose's secrets, oldest first; at least one.</summary>
    /// <exception cref="ErasedException">They were destroyed.</exception>
    private async Task<IReadOnlyList<(StoredSecret Stored, SecretBytes Secret)>> OpenAsync(string purpose, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            var stored = await _secrets.FindAsync(purpose, ct);
            if (stored.Count == 0) throw new KeyException(KeyError.Missing, purpose);
            if (stored.Any(secret => secret.Wrapped.Length == 0)) throw new ErasedException();
            if (TryUnwrap(stored) is { } opened) return opened;
            // Read before the root key was rotated, or rotated by an attempt that was told it had failed.
            if (attempt == 3) throw new KeyException(KeyError.WrongKey, purpose);
            await LoadRootAsync(ct);
        }
    }

    private List<(StoredSecret, SecretBytes)>? TryUnwrap(IReadOnlyList<StoredSecret> stored)
    {
        if (stored.Any(secret => secret.Wrapped.Length == 0)) throw new ErasedException();
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

        if (_tokens is not null) await LoadTokensAsync(ct);
    }
}
