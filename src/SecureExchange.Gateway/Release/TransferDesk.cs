using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Release;

/// <summary>Tells which transfers there are and how they stand.</summary>
public sealed class TransferDesk(Gate gate, TransferStore transfers, AuditLog log)
{
    /// <summary>The most transfers of one answer.</summary>
    public const int MaxPage = 1000;

    /// <summary>An agreement's transfers, in the order of their publication.</summary>
    public async Task<TransfersResult> ListAsync(Caller caller, AgreementId id, long after, int limit, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ListTransfers, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new TransfersResult.Denied((Admission.Refused)admission);
        return await LoggedAsync(grant, await transfers.ListAsync(grant, kind: null, after, Math.Min(limit, MaxPage), ct));
    }

    /// <summary>The transfers that wait for an approver; to anybody but the client there are none.</summary>
    public async Task<TransfersResult> HeldAsync(Caller caller, AgreementId id, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ListTransfers, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new TransfersResult.Denied((Admission.Refused)admission);
        return await LoggedAsync(grant, await transfers.HeldAsync(grant, MaxPage, ct));
    }

    /// <summary>One transfer.</summary>
    public async Task<TransfersResult> FindAsync(Caller caller, TransferId id, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ListTransfers, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new TransfersResult.Denied((Admission.Refused)admission);
        return await transfers.FindAsync(grant, id, ct) is { } found
            ? await LoggedAsync(grant, [found])
            : new TransfersResult.Denied(await gate.DenyAsync(caller, Permission.ListTransfers, grant.Terms, DenialReason.NotFound)); // Erased since.
    }

    /// <summary>A client's file names tell of people, and no profile masks them: the vendor sees only its own.</summary>
    private static Transfer For(Grant grant, Transfer transfer) =>
        grant.Terms!.RelationOf(grant.Caller.Party) == Relation.Client || transfer.Kind == TransferKind.Return
            ? transfer
            : transfer with { Name = null };

    private async Task<TransfersResult> LoggedAsync(Grant grant, IReadOnlyList<Transfer> found) => new TransfersResult.Found(
        [.. found.Select(t => For(grant, t))], await log.AppendAsync(new TransfersListed(found.Count) { Caller = grant.Caller, Terms = grant.Terms }));
}

/// <summary>Transfers, or no.</summary>
public abstract record TransfersResult
{
    private TransfersResult()
    {
    }

    public sealed record Found(IReadOnlyList<Transfer> Transfers, LoggedEvent Logged) : TransfersResult;

    public sealed record Denied(Admission.Refused Refusal) : TransfersResult;
}
