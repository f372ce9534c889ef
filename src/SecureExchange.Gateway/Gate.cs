using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway;

/// <summary>The first step of every pipeline: asks <see cref="AccessPolicy"/>, and logs a no.</summary>
public sealed class Gate(AgreementStore agreements, TransferStore transfers, AuditLog log, TimeProvider clock)
{
    private static readonly AgreementId s_any = AgreementId.TryParse("nobody.nothing", out var id) ? id : throw new InvalidOperationException("not an agreement's id");

    /// <summary>Asks about something under an agreement.</summary>
    public async Task<Admission> AdmitAsync(Caller caller, Permission permission, AgreementId? id, CancellationToken ct)
    {
        // What isn't there is looked for like what is somebody else's, whatever is found: the time of the answer would tell.
        var found = await agreements.TermsAsync(id ?? s_any, ct);
        var terms = id is null ? null : found;
        var decision = AccessPolicy.Decide(caller, permission, terms, clock.GetUtcNow());
        return decision is AccessDecision.Granted { Grant: var grant }
            ? new Admission.Admitted(grant)
            : await DenyAsync(caller, permission, terms, ((AccessDecision.Denied)decision).Reason);
    }

    /// <summary>Asks about one transfer. One that isn't there and one that isn't the caller's are the same answer.</summary>
    public async Task<Admission> AdmitAsync(Caller caller, Permission permission, TransferId id, CancellationToken ct) =>
        await AdmitAsync(caller, permission, await transfers.AgreementOfAsync(id, caller.Party, ct), ct);

    /// <summary>Asks again about what was granted, as the agreement stands now.</summary>
    /// <returns>Why it wouldn't be granted any more; null: it would.</returns>
    internal async Task<DenialReason?> WithdrawnAsync(Grant grant) =>
        AccessPolicy.Decide(grant.Caller, grant.Permission, await agreements.TermsAsync(grant.Agreement, CancellationToken.None), clock.GetUtcNow())
            is AccessDecision.Denied denied ? denied.Reason : null;

    /// <summary>Asks about the gateway's own log.</summary>
    public Task<Admission> AdmitToGatewayLogAsync(Caller caller) => AdmitAsync(caller, Permission.ReadGatewayLog, AccessPolicy.DecideGatewayLog(caller));

    /// <summary>Asks whether a caller may have logs verified again.</summary>
    public Task<Admission> AdmitToRecheckAsync(Caller caller) => AdmitAsync(caller, Permission.RecheckLog, AccessPolicy.DecideRecheck(caller));

    private async Task<Admission> AdmitAsync(Caller caller, Permission permission, AccessDecision decision) => decision switch
    {
        AccessDecision.Granted { Grant: var grant } => new Admission.Admitted(grant),
        AccessDecision.Denied { Reason: var reason } => await DenyAsync(caller, permission, terms: null, reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Asks about the gateway's keys.</summary>
    public async Task<Admission> AdmitToKeysAsync(Caller caller) => AccessPolicy.DecideKeys(caller) switch
    {
        AccessDecision.Granted { Grant: var grant } => new Admission.Admitted(grant),
        AccessDecision.Denied { Reason: var reason } => await DenyAsync(caller, Permission.ManageKeys, terms: null, reason),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Logs a no: in the agreement's log where the caller has a part in the agreement, else in the gateway's, so
    /// that a stranger learns nothing and can't fill the log of others.</summary>
    public async Task<Admission.Refused> DenyAsync(Caller caller, Permission permission, AgreementTerms? terms, DenialReason reason)
    {
        var known = terms is not null && AccessPolicy.Knows(caller.Party, terms, clock.GetUtcNow());
        return new Admission.Refused(
            reason, await log.AppendAsync(new AccessDenied(permission, reason) { Caller = caller, Terms = known ? terms : null }));
    }
}

/// <summary>In, with a grant; or not, with the reason and its event.</summary>
public abstract record Admission
{
    private Admission()
    {
    }

    public sealed record Admitted(Grant Grant) : Admission;

    public sealed record Refused(DenialReason Reason, LoggedEvent Logged) : Admission;
}
