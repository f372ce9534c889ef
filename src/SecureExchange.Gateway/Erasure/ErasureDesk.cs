using System.Text;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking;

namespace SecureExchange.Gateway.Erasure;

/// <summary>Erases on a client's word, and holds what must not be erased.</summary>
/// <remarks>A record inside a sealed file can't be erased alone: the gateway has no key to it. So erasing a record, or a person,
/// is destroying the transfers that hold it, and the client is shown first which these are.</remarks>
public sealed class ErasureDesk
{
    private readonly Gate _gate;
    private readonly AgreementStore _agreements;
    private readonly ErasureStore _erasures;
    private readonly ErasureWork _work;
    private readonly AuditLog _log;
    private readonly BlobStore _blobs;
    private readonly TokenMapStore _tokenMaps;
    private readonly TimeProvider _clock;

    internal ErasureDesk(
        Gate gate, AgreementStore agreements, ErasureStore erasures, ErasureWork work, AuditLog log, BlobStore blobs, TokenMapStore tokenMaps,
        TimeProvider clock) =>
        (_gate, _agreements, _erasures, _work, _log, _blobs, _tokenMaps, _clock) = (gate, agreements, erasures, work, log, blobs, tokenMaps, clock);

    /// <summary>Erases, or says what would be erased.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">Under which agreement.</param>
    /// <param name="wanted">What.</param>
    /// <param name="dryRun">Only say.</param>
    /// <param name="ct">The connection, until the erasure is in the log.</param>
    public async Task<ErasureResult> EraseAsync(Caller caller, AgreementId? id, ErasureScope wanted, bool dryRun, CancellationToken ct)
    {
        var admission = await _gate.AdmitAsync(caller, Permission.EraseData, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new ErasureResult.Denied((Admission.Refused)admission);
        if (!dryRun && await _erasures.HoldAsync(grant.Agreement, ct) is not null)
            return new ErasureResult.Denied(await _gate.DenyAsync(caller, Permission.EraseData, grant.Terms, DenialReason.OnHold));
        IReadOnlyList<TransferId>? only = null;
        IReadOnlyDictionary<TransferId, IReadOnlyList<long>>? rows = null;
        switch (wanted)
        {
            case ErasureScope.Transfers transfers:
                only = transfers.Ids;
                break;
            case ErasureScope.Value value:
                if (await FindAsync(grant, value, ct) is not { } holding) return new ErasureResult.NotFindable();
                (only, rows) = ([.. holding.Keys], holding);
                break;
        }

        var found = await _erasures.FindAsync(grant.Agreement, only, before: null, ct);
        if (rows is not null) found = [.. found.Select(t => rows.TryGetValue(t.Id, out var of) ? t with { Rows = of } : t)];
        if (dryRun || (found.Count == 0 && wanted is not ErasureScope.Everything))
        {
            var looked = await _log.AppendAsync(new ErasureSought(wanted.Name, found.Count) { Caller = caller, Terms = grant.Terms });
            return new ErasureResult.Found(looked, found, IsErased: false);
        }

        var done = await _work.RunAsync(
            grant.Terms!, caller, wanted.Name, [.. found.Select(t => t.Id)], whole: wanted is ErasureScope.Everything, ct);
        // A hold that was set while this looked for what to erase.
        if (done is null) return new ErasureResult.Denied(await _gate.DenyAsync(caller, Permission.EraseData, grant.Terms, DenialReason.OnHold));
        return new ErasureResult.Found(done, found, IsErased: true);
    }

    /// <summary>Goes on with what a crash or an outage interrupted.</summary>
    /// <returns>How many erasures that was.</returns>
    public Task<int> RecoverAsync(CancellationToken ct) => _work.RecoverAsync(ct);

    /// <summary>Stops all erasing under an agreement, deadlines too.</summary>
    public async Task<HoldResult> SetHoldAsync(Caller caller, AgreementId? id, HoldReason reason, CancellationToken ct)
    {
        var admission = await _gate.AdmitAsync(caller, Permission.HoldData, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new HoldResult.Denied((Admission.Refused)admission);
        // It holds before it is logged: whoever is refused an erasure by it loses nothing.
        await _work.InTurnAsync(() => _erasures.HoldAsync(grant, HoldReasonNames.Of(reason), _clock.GetUtcNow(), ct), ct);
        return new HoldResult.Done(await _log.AppendAsync(
            new HoldChanged(AuditEventKind.HoldSet, HoldReasonNames.Of(reason)) { Caller = caller, Terms = grant.Terms }));
    }

    /// <summary>Lets deadlines and erasures go on.</summary>
    public async Task<HoldResult> LiftHoldAsync(Caller caller, AgreementId? id, HoldReason reason, CancellationToken ct)
    {
        var admission = await _gate.AdmitAsync(caller, Permission.HoldData, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new HoldResult.Denied((Admission.Refused)admission);
        var logged = await _log.AppendAsync(
            new HoldChanged(AuditEventKind.HoldLifted, HoldReasonNames.Of(reason)) { Caller = caller, Terms = grant.Terms });
        await _erasures.LiftAsync(grant, ct);
        return new HoldResult.Done(logged);
    }

    /// <summary>The transfers whose manifests have a row with this value, and which rows; null where rows can't be found by that
    /// field.</summary>
    private async Task<IReadOnlyDictionary<TransferId, IReadOnlyList<long>>?> FindAsync(Grant grant, ErasureScope.Value wanted, CancellationToken ct)
    {
        var found = new Dictionary<TransferId, IReadOnlyList<long>>();
        var searchable = false;
        var value = Encoding.UTF8.GetBytes(wanted.Text);
        using var agreementKey = await _agreements.OpenKeyAsync(grant, ct);
        var candidates = await _erasures.SearchableAsync(grant, ct);
        foreach (var (id, wrapped, version, epoch) in candidates)
        {
            var profile = (await _agreements.LoadAsync(grant, version, ct)).Profile;
            var field = wanted.Field ?? profile.RowKey;
            if (field is null || !ManifestSearch.CanFind(profile, field)) continue;
            searchable = true;
            using var maskingKeys = agreementKey.MaskingKeys(epoch);
            using var dataKey = agreementKey.OpenDataKey(id, wrapped, epoch);
            using var tagKey = dataKey.TagKey();
            try
            {
                using var tokens = await _tokenMaps.OpenAsync(id, profile, dataKey, ct);
                maskingKeys.Map = tokens;
                var rows = await RowsAsync(id, dataKey, () => new ManifestSearch(profile, maskingKeys, tagKey.Span, field, value), ct);
                if (rows.Count > 0) found.Add(id, rows);
            }
            catch (BlobStoreException e) when (e.Error == BlobStoreError.Gone)
            {
                // Erased by somebody else since the list was made, or else damage.
                if ((await _erasures.SearchableAsync(grant, ct)).Any(candidate => candidate.Id == id)) throw;
            }
        }

        System.Security.Cryptography.CryptographicOperations.ZeroMemory(value);
        return searchable || candidates.Count == 0 ? found : null;
    }

    private async Task<IReadOnlyList<long>> RowsAsync(TransferId id, Keys.DataKey dataKey, Func<ManifestSearch> begin, CancellationToken ct)
    {
        ManifestSearch search;
        try
        {
            search = begin();
        }
        catch (RecordException)
        {
            return []; // The field's transform can't take the value, so it was never sent.
        }

        using (search)
        {
            await using var manifest = await GatewayPartReader.OpenAsync(_blobs, id, dataKey, PartName.Manifest, ct);
            while (await manifest.ReadAsync(ct) is { IsEmpty: false } piece) search.Read(piece.Span);
            return search.Numbers;
        }
    }
}

/// <summary>What is to be erased.</summary>
public abstract record ErasureScope(string Name)
{
    /// <summary>These transfers, with the returns that answer them.</summary>
    public sealed record Transfers(IReadOnlyList<TransferId> Ids) : ErasureScope("transfers");

    /// <summary>Every transfer that holds a value: a record by its key, or a person by a field.</summary>
    /// <param name="Field">The field; null: the profile's row key.</param>
    /// <param name="Text">As the client's files have it.</param>
    public sealed record Value(string? Field, string Text) : ErasureScope(Field is null ? "record" : "subject")
    {
        public override string ToString() => "[personal data]";
    }

    /// <summary>Everything under the agreement, and its key.</summary>
    public sealed record Everything() : ErasureScope("agreement");
}

/// <summary>What was or would be erased, or no.</summary>
public abstract record ErasureResult
{
    private ErasureResult()
    {
    }

    /// <param name="Logged">The event that answers.</param>
    /// <param name="Transfers">Which transfers.</param>
    /// <param name="IsErased">They are gone; else they were only looked for.</param>
    public sealed record Found(LoggedEvent Logged, IReadOnlyList<ErasableTransfer> Transfers, bool IsErased) : ErasureResult;

    /// <summary>Rows can't be found by this field.</summary>
    public sealed record NotFindable : ErasureResult;

    public sealed record Denied(Admission.Refused Refusal) : ErasureResult;
}

/// <summary>A hold was set or lifted, or no.</summary>
public abstract record HoldResult
{
    private HoldResult()
    {
    }

    public sealed record Done(LoggedEvent Logged) : HoldResult;

    public sealed record Denied(Admission.Refused Refusal) : HoldResult;
}

/// <summary>Why something must be kept, or need be no longer. A closed list: a free text would hold what shouldn't be in a log.</summary>
public enum HoldReason
{
    Litigation,
    Investigation,
    Regulator,
    Other,
}

/// <summary>The reasons' names in requests and events.</summary>
public static class HoldReasonNames
{
    public static string Of(HoldReason reason) => reason switch
    {
        HoldReason.Litigation => "litigation",
        HoldReason.Investigation => "investigation",
        HoldReason.Regulator => "regulator",
        HoldReason.Other => "other",
    };

    public static bool TryParse(string? name, out HoldReason reason)
    {
        reason = Array.Find(Enum.GetValues<HoldReason>(), known => Of(known) == name);
        return Of(reason) == name;
    }
}
