using System.Collections.Concurrent;
using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tiles;
using SecureExchange.Transparency.Tree;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Audit;

/// <summary>One transparency log for each agreement, one for the gateway itself.</summary>
/// <remarks>An event is durable under a published checkpoint before <see cref="AppendAsync"/> returns, so whoever holds
/// a <see cref="LoggedEvent"/> may let its effect be seen.</remarks>
/// <param name="blobs">Where the logs are. Not trusted to have kept them.</param>
/// <param name="keys">Signs the checkpoints.</param>
/// <param name="lastEvent">The last event of an agreement's log that the database knows: a store that has lost or rolled
/// back a log must not have it begun or continued as if nothing were missing.</param>
/// <param name="policy">Whose cosignatures an agreement asks for.</param>
/// <param name="witnesses">Gets them.</param>
/// <param name="stopped">The logs that aren't what they were.</param>
/// <param name="gatewayPolicy">Whose cosignatures the operator wants for the gateway's own log; null: nobody's.</param>
/// <param name="isUnused">Whether this gateway has no agreement yet, so that its own log may begin.</param>
/// <param name="clock">Dates the events.</param>
public sealed class AuditLog(
    BlobStore blobs, KeyRing keys, Func<AgreementId, Task<long?>> lastEvent,
    Func<AgreementId, Task<TrustPolicy?>> policy, WitnessRounds witnesses, StoppedLogs stopped, TrustPolicy? gatewayPolicy, bool isUnused, TimeProvider clock)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<LogName, Lazy<Task<TransparencyLog>>> _open = new();

    /// <summary>Logs whose key was replaced, and all of which is known to be signed by the new one.</summary>
    private readonly ConcurrentDictionary<(LogName, int Epoch), bool> _signedAnew = new();

    /// <summary>Appends an event to its agreement's log, or to the gateway's.</summary>
    /// <remarks>Takes no cancellation token: nobody hangs up their way out of the log.</remarks>
    /// <exception cref="LogUnavailableException">Not logged, so the effect must not happen.</exception>
    /// <exception cref="LogStoppedException">The log isn't what it was.</exception>
    /// <exception cref="NotWitnessedException">Logged, and not seen by as many witnesses as the agreement asks for: the
    /// effect must not happen either.</exception>
    public async ValueTask<LoggedEvent> AppendAsync(AuditEvent audited) =>
        await TryAppendAsync(audited) ?? throw new InvalidOperationException("an event that may be overtaken was appended as one that may not");

    /// <summary>The same for an event that expects a number of its own.</summary>
    /// <returns>Null where another event has that number: then this one isn't in.</returns>
    internal async ValueTask<LoggedEvent?> TryAppendAsync(AuditEvent audited)
    {
        var name = audited.Terms is { } terms ? LogName.Of(terms.Id) : LogName.Gateway;
        stopped.Require(name);
        var mayBegin = audited is AgreementCreated || (audited is GatewayStarted && isUnused);
        var log = await OpenAsync(name, mayBegin);
        // The gateway's own log is public: it names callers by a keyed tag, which the operator can compute and nobody else.
        var caller = audited.Caller is { } known && audited.Terms is null ? keys.CallerTag(known.Party, known.Id) : audited.Caller?.ToString();
        Receipt? receipt;
        var draft = AuditFacts.Encode(audited, caller, clock.GetUtcNow());
        try
        {
            receipt = await log.AppendAsync(draft);
        }
        catch (LogUnavailableException e) when (e.Reason == LogUnavailableReason.Closed)
        {
            // Its key was replaced in this moment: it took nothing more, and goes on under the new one.
            log = await OpenAsync(name, mayBegin);
            receipt = await log.AppendAsync(draft);
        }

        if (receipt is null) return null;
        if (audited is { IsRelease: true, Terms.Id: var agreement } && await policy(agreement) is { } demanded)
            await witnesses.RequireAsync(log, name, demanded, receipt.Index);
        return new LoggedEvent(name, receipt.Index);
    }

    /// <summary>An event that was found in its log, for who settles what depends on it.</summary>
    internal static LoggedEvent Known(LogName name, long index) => new(name, index);

    /// <summary>The logs that were found not to be what they were.</summary>
    public StoppedLogs Stopped => stopped;

    /// <summary>Whether a log stands where it did: without opening it, or reading where it is open.</summary>
    internal async Task<bool> IsAtAsync(LogName name, Checkpoint seen, CancellationToken ct)
    {
        if (_open.TryGetValue(name, out var opening) && opening.Value is { IsCompletedSuccessfully: true } open && (await open).Latest.Size > seen.Size) return false;
        return await blobs.GetAsync(new BlobName($"{name.Folder}/checkpoint"), ct) is { } stored
            && Encoding.UTF8.GetString(stored.Content.Span) == seen.Note;
    }

    /// <summary>A log's objects, as they are stored.</summary>
    internal TileStore TilesOf(LogName name) => new BlobTileStore(blobs, name.Folder);

    /// <summary>A log's keys. The caller's to dispose of. Where the key was replaced, and a crash has kept the log from being signed anew,
    /// that is done first.</summary>
    internal async Task<LogKeys> KeysOfAsync(LogName name, CancellationToken ct)
    {
        var found = await keys.LogKeysAsync(name, ct);
        if (found.Before is { } before && !_signedAnew.ContainsKey((name, found.Epoch)))
        {
            await LogKeyChange.RunAsync(new BlobTileStore(blobs, name.Folder), found.Epoch, before, found.Signer, ct);
            _signedAnew[(name, found.Epoch)] = true;
        }

        return found;
    }

    /// <summary>Has a log go on under the key that <paramref name="change"/> puts in the old one's place. Who appends meanwhile waits.</summary>
    internal async Task ChangeKeyAsync(LogName name, Func<Task> change)
    {
        _open.TryGetValue(name, out var before);
        var changing = new Lazy<Task<TransparencyLog>>(async () =>
        {
            if (before is not null)
            {
                try
                {
                    await (await before.Value).DisposeAsync();
                }
                catch (Exception e) when (e is TransparencyException or LogUnavailableException or BlobStoreException or LogRolledBackException)
                {
                    // It couldn't be opened: opening it again will tell.
                }
            }

            await change();
            return await OpenStoreAsync(name, mayBegin: false);
        });
        _open[name] = changing;
        try
        {
            await changing.Value;
        }
        catch
        {
            _open.TryRemove(KeyValuePair.Create(name, changing));
            throw;
        }
    }

    /// <summary>What the gateway's public log calls a log.</summary>
    internal async Task<string> TagOfAsync(LogName name)
    {
        using var known = await KeysOfAsync(name, CancellationToken.None);
        return Anchor.TagOf(known.Signer.Verifier);
    }

    /// <summary>Whether a log has begun.</summary>
    internal async Task<bool> ExistsAsync(LogName name, CancellationToken ct) =>
        await blobs.GetAsync(new BlobName($"{name.Folder}/checkpoint"), ct) is not null;

    /// <summary>The logs in which something has happened since the start.</summary>
    internal IEnumerable<LogName> OpenLogs => _open.Keys;

    /// <summary>The same, and how many entries this process knows them to have: nothing is read.</summary>
    internal async Task<IReadOnlyList<(LogName Name, long Size)>> OpenSizesAsync()
    {
        var sizes = new List<(LogName, long)>(_open.Count);
        foreach (var (name, opening) in _open)
        {
            if (opening is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true } opened }) sizes.Add((name, (await opened).Latest.Size));
        }

        return sizes;
    }

    /// <summary>What is to be said of a log elsewhere; null where it hasn't begun. Doesn't open it.</summary>
    internal async Task<Anchor?> AnchorAsync(LogName name, CancellationToken ct)
    {
        if (await blobs.GetAsync(new BlobName($"{name.Folder}/checkpoint"), ct) is not { } stored) return null;
        using var known = await KeysOfAsync(name, ct);
        return Anchor.Of(Checkpoint.Open(stored.Content.Span, known.Verifiers), known.Signer.Verifier);
    }

    /// <summary>How many entries a log has.</summary>
    internal async Task<long> SizeAsync(LogName name) => (await OpenAsync(name)).Latest.Size;

    /// <summary>The same, with what other processes have published.</summary>
    internal async Task<long> RefreshedSizeAsync(LogName name, CancellationToken ct) => (await (await OpenAsync(name)).RefreshAsync(ct)).Size;

    /// <summary>The root of a log's first entries.</summary>
    internal async Task<MerkleHash> RootAsync(LogName name, long size, CancellationToken ct) =>
        await (await OpenAsync(name)).RootAsync(size, ct);

    /// <summary>Entries of a log, each checked against the tree.</summary>
    internal async IAsyncEnumerable<LogEntry> ReadAsync(
        LogName name, long from, long to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var log = await OpenAsync(name);
        await foreach (var entry in log.ReadAsync(from, Math.Min(to, log.Latest.Size), ct)) yield return entry;
    }

    /// <summary>Some entries of a log, in ascending order, each checked against the tree.</summary>
    internal async IAsyncEnumerable<LogEntry> ReadAsync(
        LogName name, IReadOnlyList<long> indexes, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var log = await OpenAsync(name);
        await foreach (var entry in log.ReadAsync(indexes, ct)) yield return entry;
    }

    /// <summary>A log's size and root.</summary>
    internal async Task<(long Size, MerkleHash Root)> TipAsync(LogName name)
    {
        var latest = (await OpenAsync(name)).Latest;
        return (latest.Size, latest.Root);
    }

    /// <summary>Whether a log begins with the tree of an earlier size and root.</summary>
    internal async Task<bool> ContainsAsync(LogName name, long size, MerkleHash root, CancellationToken ct)
    {
        if (size == 0) return true;
        var log = await OpenAsync(name);
        var latest = log.Latest;
        if (size >= latest.Size) return size == latest.Size && root == latest.Root;
        return ConsistencyProof.Verify(size, latest.Size, root, latest.Root, [.. await log.ProveConsistencyAsync(size, latest, ct)]);
    }

    /// <summary>The proof that an entry is in its log (C2SP tlog-proof), under a checkpoint that witnesses have seen where
    /// this log has one that covers it.</summary>
    internal async Task<string> ProveAsync(LogName name, long index, CancellationToken ct)
    {
        var log = await OpenAsync(name);
        if (await PolicyAsync(name) is { } demanded
            && await witnesses.CosignedAsync(log, name, demanded, ct) is { } cosigned && index < cosigned.Size)
        {
            try
            {
                return await log.ProveAsync(index, cosigned, ct);
            }
            catch (TransparencyException)
            {
                // Partial tiles of an earlier size may be gone. A receipt without cosignatures is better than none.
            }
        }

        return await log.ProveAsync(index, ct);
    }

    /// <summary>Shows the gateway's own log to the witnesses that its operator has named. Nothing waits for them: no content leaves
    /// under this log. Its receipts and anchors count for more afterwards.</summary>
    /// <returns>Whether enough have cosigned what it has; also where none are named.</returns>
    public async Task<bool> WitnessOwnAsync()
    {
        if (gatewayPolicy is null) return true;
        var log = await OpenAsync(LogName.Gateway);
        try
        {
            await witnesses.RequireAsync(log, LogName.Gateway, gatewayPolicy, log.Latest.Size - 1);
            return true;
        }
        catch (NotWitnessedException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var opening in _open.Values)
        {
            if (opening.Value.IsCompletedSuccessfully) await (await opening.Value).DisposeAsync();
        }
    }

    private async Task<TrustPolicy?> PolicyAsync(LogName name) =>
        AgreementId.TryParse(name.Value, out var agreement) ? await policy(agreement) : gatewayPolicy;

    private async Task<TransparencyLog> OpenAsync(LogName name, bool mayBegin = false)
    {
        var opening = _open.GetOrAdd(name, _ => new Lazy<Task<TransparencyLog>>(() => OpenStoreAsync(name, mayBegin)));
        try
        {
            return await opening.Value;
        }
        catch
        {
            // A store that was away must not shut the log for good.
            _open.TryRemove(KeyValuePair.Create(name, opening));
            throw;
        }
    }

    private async Task<TransparencyLog> OpenStoreAsync(LogName name, bool mayBegin)
    {
        var store = new BlobTileStore(blobs, name.Folder);
        var known = await KeysOfAsync(name, CancellationToken.None); // The log's own from here on.
        var signer = known.Signer;
        var log = await TransparencyLog.OpenAsync(store, signer, new LogOptions { CreateIfMissing = mayBegin, Second = known.Second }, CancellationToken.None);
        if (AgreementId.TryParse(name.Value, out var agreement) && await lastEvent(agreement) >= log.Latest.Size)
        {
            await log.DisposeAsync();
            throw new LogRolledBackException(name);
        }

        // Beside the checkpoint, for verifiers that meet this log for the first time; they say that they trusted it so.
        if (await store.ReadAsync("vkey", CancellationToken.None) is null)
            await store.CreateAsync("vkey", Encoding.ASCII.GetBytes($"{signer.Verifier}\n"), CancellationToken.None);
        return log;
    }
}

/// <summary>A log's name in URLs and in the store: an agreement's id, or <c>gateway</c>.</summary>
public readonly record struct LogName
{
    private LogName(string value) => Value = value;

    /// <summary>The gateway's own log. No agreement's id lacks a dot, so none can be called this.</summary>
    public static LogName Gateway { get; } = new("gateway");

    public string Value { get; }

    /// <summary>Where its objects are in the blob store.</summary>
    public string Folder => $"logs/{Value}";

    public static LogName Of(AgreementId agreement) => new(agreement.Value);

    /// <summary>A name as it was stored.</summary>
    internal static LogName Read(string value) => new(value);

    /// <summary>The checkpoint's origin line (C2SP tlog-checkpoint), unique to this log of this gateway.</summary>
    public string Origin(string gatewayName) => $"{gatewayName}/{Value}";

    public override string ToString() => Value;
}

/// <summary>An event that is durable in a log. Only <see cref="AuditLog"/> makes one, so holding it is the permission to
/// let the effect be seen.</summary>
public sealed class LoggedEvent
{
    internal LoggedEvent(LogName log, long index)
    {
        Log = log;
        Index = index;
    }

    public LogName Log { get; }

    public long Index { get; }

    /// <summary><c>log/index</c>, as the header <c>Audit-Event</c> has it.</summary>
    public override string ToString() => $"{Log}/{Index}";
}
