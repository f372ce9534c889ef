using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Release;

/// <summary>Lets a dispatch go that a gate of its profile holds.</summary>
/// <remarks><code>approver ─► (1) authorise ─► (2) mark ─► (3) log ─► (4) publish ─► vendor</code>
/// A crash between (2) and (4) leaves a mark: recovery finds the event and publishes, or finds none and takes the mark
/// back.</remarks>
public sealed class HeldDispatchDesk(Gate gate, TransferStore transfers, TransferStage stage, AuditLog log)
{
    /// <summary>Releases a held dispatch.</summary>
    public async Task<ReleaseResult> ReleaseAsync(Caller caller, TransferId id, CancellationToken ct)
    {
        // (1)
        var admission = await gate.AdmitAsync(caller, Permission.ReleaseDispatch, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new ReleaseResult.Denied((Admission.Refused)admission);
        if (await transfers.FindAsync(grant, id, ct) is not { IsHeld: true } transfer) return new ReleaseResult.NotHeld();
        if (transfer.Sender == caller.ToString())
            return new ReleaseResult.Denied(await gate.DenyAsync(caller, Permission.ReleaseDispatch, grant.Terms, DenialReason.OwnRequest));

        // (2) Whoever marks it first releases it: two approvers at once make one event.
        using var busy = stage.Occupy(id);
        var logSize = await log.SizeAsync(LogName.Of(grant.Agreement));
        if (!await transfers.ReleasingAsync(grant, id, logSize)) return new ReleaseResult.NotHeld();
        var logged = await log.AppendAsync(new DispatchReleased(id, transfer.Event) { Caller = caller, Terms = grant.Terms }); // (3)
        await transfers.PublishAsync(id, TransferState.Published, logged); // (4)
        return new ReleaseResult.Released(logged);
    }
}

/// <summary>How a release ended.</summary>
public abstract record ReleaseResult
{
    private ReleaseResult()
    {
    }

    /// <summary>The vendor can fetch it.</summary>
    public sealed record Released(LoggedEvent Logged) : ReleaseResult;

    /// <summary>It isn't held: nothing was changed.</summary>
    public sealed record NotHeld : ReleaseResult;

    public sealed record Denied(Admission.Refused Refusal) : ReleaseResult;
}
