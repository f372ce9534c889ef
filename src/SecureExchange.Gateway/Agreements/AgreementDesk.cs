using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Agreements;

/// <summary>Takes new agreements.</summary>
/// <remarks><code>client ─► (1) read ─► (2) authorise ─► (3) check certificates and witnesses ─► (4) note ─► (5) log ─► (6) publish</code>
/// The text says who the client is, so it is read before anybody can be authorised; it is small and has no effect.</remarks>
public sealed class AgreementDesk(AgreementStore agreements, AuditLog log, WitnessHosts witnessHosts, TimeProvider clock) : IDisposable
{
    /// <summary>The longest text of an agreement, in bytes: profiles and certificates are a few KB each.</summary>
    public const int MaxDocument = 512 * 1024;

    /// <summary>One at a time, so that the event of one text can't publish another under the same name.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    public async Task<AgreementResult> CreateAsync(Caller caller, string document, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await CreateInTurnAsync(caller, document, ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<AgreementResult> CreateInTurnAsync(Caller caller, string document, CancellationToken ct)
    {
        if (!AccessPolicy.MayCreateAgreements(caller)) return await DenyAsync(caller, DenialReason.RoleLacksPermission);
        Agreement agreement;
        try
        {
            agreement = Agreement.Parse(document); // (1)
        }
        catch (AgreementException e)
        {
            return await RefuseAsync(caller, e);
        }

        // (2)
        var decision = AccessPolicy.DecideCreate(caller, agreement.Terms.Client);
        if (decision is not AccessDecision.Granted { Grant: var grant })
        {
            return await DenyAsync(caller, ((AccessDecision.Denied)decision).Reason);
        }

        try
        {
            agreement.RequireUsableCertificates(clock.GetUtcNow()); // (3)
            witnessHosts.Require(agreement.Witnesses);
        }
        catch (AgreementException e)
        {
            return await RefuseAsync(caller, e);
        }

        if (!await agreements.BeginAsync(grant, agreement, document, clock.GetUtcNow(), ct)) // (4)
        {
            return await RefuseAsync(caller, new AgreementException(
                "agreement.exists", $"there is an agreement {agreement.Terms.Id} already; a new one needs another name"));
        }

        var logged = await log.AppendAsync(new AgreementCreated(
            agreement.Profile.Digest, agreement.Client.Certificate.Fingerprint.ToString(),
            agreement.Vendor.Certificate.Fingerprint.ToString())
        { Caller = caller, Terms = agreement.Terms }); // (5)
        await agreements.PublishAsync(agreement.Terms.Id, agreement.Terms.Version, logged); // (6)
        return new AgreementResult.Created(agreement, logged);
    }

    /// <summary>The agreements in which the caller's party has a part, as far as its roles may read them.</summary>
    public async Task<(LoggedEvent Logged, IReadOnlyList<AgreementTerms> Agreements)> ListAsync(Caller caller, CancellationToken ct)
    {
        var readable = (await agreements.OfPartyAsync(caller.Party, ct))
            .Where(t => AccessPolicy.Decide(caller, Permission.ReadAgreement, t, clock.GetUtcNow()) is AccessDecision.Granted).ToList();
        return (await log.AppendAsync(new AgreementsListed(readable.Count) { Caller = caller }), readable);
    }

    public void Dispose() => _turn.Dispose();

    private async Task<AgreementResult> DenyAsync(Caller caller, DenialReason reason) => new AgreementResult.Denied(
        reason, await log.AppendAsync(new AccessDenied(Permission.CreateAgreement, reason) { Caller = caller }));

    private async Task<AgreementResult> RefuseAsync(Caller caller, AgreementException fault) =>
        new AgreementResult.Refused(fault, await log.AppendAsync(new AgreementRefused(fault.Code) { Caller = caller }));
}

/// <summary>How the making of an agreement ended.</summary>
public abstract record AgreementResult
{
    private AgreementResult()
    {
    }

    public sealed record Created(Agreement Agreement, LoggedEvent Logged) : AgreementResult;

    /// <summary>The caller may not.</summary>
    public sealed record Denied(DenialReason Reason, LoggedEvent Logged) : AgreementResult;

    /// <summary>The text may not.</summary>
    public sealed record Refused(AgreementException Fault, LoggedEvent Logged) : AgreementResult;
}
