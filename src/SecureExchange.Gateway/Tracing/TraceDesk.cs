using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Masking;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Gateway.Tracing;

/// <summary>Says for a client which dispatch a file comes from that got out.</summary>
/// <remarks><code>client ─► (1) authorise ─► (2) read the file ─► (3) hold it against each transfer's manifest ─► (4) log ─► answer</code>
/// The file is in memory for as long as that takes, and nowhere else. The event says that somebody traced, and not what came out: the
/// vendor reads the log too.</remarks>
public sealed class TraceDesk
{
    /// <summary>The largest file, in bytes: of a larger leak a part will do.</summary>
    public const int MaxFile = 32 << 20;

    private readonly Gate _gate;
    private readonly AgreementStore _agreements;
    private readonly ErasureStore _transfers;
    private readonly BlobStore _blobs;
    private readonly AuditLog _log;

    internal TraceDesk(Gate gate, AgreementStore agreements, ErasureStore transfers, BlobStore blobs, AuditLog log) =>
        (_gate, _agreements, _transfers, _blobs, _log) = (gate, agreements, transfers, blobs, log);

    /// <summary>Looks at every dispatch, and batch of records, that there is under an agreement.</summary>
    public async Task<TraceResult> RunAsync(Caller caller, AgreementId? id, Stream body, CancellationToken ct)
    {
        var admission = await _gate.AdmitAsync(caller, Permission.TraceLeak, id, ct); // (1)
        if (admission is not Admission.Admitted { Grant: var grant }) return new TraceResult.Denied((Admission.Refused)admission);
        using var leaked = new PlaintextBuffer(MaxFile + 1);
        var length = await body.ReadAtLeastAsync(leaked.Memory, MaxFile + 1, throwOnEndOfStream: false, ct); // (2)
        if (length > MaxFile) return new TraceResult.TooLarge(await _log.AppendAsync(new LeakTraced(0) { Caller = caller, Terms = grant.Terms }));

        var (found, rows, groups, fault) = (new List<TraceFinding>(), 0, 0, (TransferFault?)null);
        var transfers = await _transfers.SearchableAsync(grant, ct);
        using var agreementKey = await _agreements.OpenKeyAsync(grant, ct);
        foreach (var group in transfers.GroupBy(transfer => (transfer.Version, transfer.KeyEpoch))) // (3)
        {
            var profile = (await _agreements.LoadAsync(grant, group.Key.Version, ct)).Profile;
            using var maskingKeys = agreementKey.MaskingKeys(group.Key.KeyEpoch);
            using var tracer = new LeakTracer(profile, maskingKeys);
            try
            {
                tracer.Read(leaked.Memory.Span[..length]);
                tracer.Complete();
            }
            catch (RecordException e)
            {
                fault ??= TransferFault.Of(e); // Of this version's profile it is no file; of another's it may be one.
                continue;
            }

            foreach (var (transfer, wrapped, _, epoch) in group) await HoldAgainstAsync(tracer, agreementKey.OpenDataKey(transfer, wrapped, epoch), transfer, ct);
            (rows, groups) = (Math.Max(rows, tracer.Rows), groups + 1);
            found.AddRange(tracer.Findings);
        }

        var logged = await _log.AppendAsync(new LeakTraced(found.Count) { Caller = caller, Terms = grant.Terms }); // (4)
        if (groups == 0 && fault is not null) return new TraceResult.Unreadable(fault, logged);
        // The transfers of each version, and of each epoch of the agreement's key, were a search of their own.
        return new TraceResult.Done(logged, rows, [.. found
            .Select(finding => finding with { Chance = Math.Min(1, finding.Chance * groups) })
            .OrderBy(finding => finding.Chance).ThenByDescending(finding => finding.Rows)]);
    }

    private async Task HoldAgainstAsync(LeakTracer tracer, DataKey opened, TransferId transfer, CancellationToken ct)
    {
        using var dataKey = opened;
        using var tagKey = dataKey.TagKey();
        var candidate = tracer.Begin(transfer.Value, tagKey.Span);
        await using var manifest = await GatewayPartReader.OpenAsync(_blobs, transfer, dataKey, PartName.Manifest, ct);
        while (await manifest.ReadAsync(ct) is { IsEmpty: false } piece) candidate.Read(piece.Span);
    }
}

/// <summary>What a search for a leak's source found, or no.</summary>
public abstract record TraceResult
{
    private TraceResult()
    {
    }

    /// <param name="Logged">The event.</param>
    /// <param name="Rows">Different rows of the file.</param>
    /// <param name="Findings">Of each transfer, by its id; the likeliest first.</param>
    public sealed record Done(LoggedEvent Logged, int Rows, IReadOnlyList<TraceFinding> Findings) : TraceResult;

    /// <summary>The file isn't one of any profile that the agreement had.</summary>
    public sealed record Unreadable(TransferFault Fault, LoggedEvent Logged) : TraceResult;

    /// <summary>Larger than <see cref="TraceDesk.MaxFile"/>.</summary>
    public sealed record TooLarge(LoggedEvent Logged) : TraceResult;

    public sealed record Denied(Admission.Refused Refusal) : TraceResult;
}
