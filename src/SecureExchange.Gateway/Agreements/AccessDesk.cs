using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Agreements;

/// <summary>Tells why somebody may or may not, to those who may know. Grants nothing.</summary>
public sealed class AccessDesk(Gate gate, AgreementStore agreements, AuditLog log, TimeProvider clock)
{
    /// <summary>Explains.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="id">Under which agreement.</param>
    /// <param name="about">Whom they ask about, and from where; null: themselves, with other roles if any are named.</param>
    /// <param name="permission">Of what; null: of everything.</param>
    /// <param name="when">At which moment; null: now.</param>
    /// <param name="ct">The connection.</param>
    public async Task<ExplainResult> ExplainAsync(
        Caller caller, AgreementId? id, Caller about, Permission? permission, DateTimeOffset? when, CancellationToken ct)
    {
        var admission = await gate.AdmitAsync(caller, Permission.ExplainAccess, id, ct);
        if (admission is not Admission.Admitted { Grant: var grant }) return new ExplainResult.Denied((Admission.Refused)admission);
        var terms = (await agreements.LoadAsync(grant, ct)).Terms;
        // Another side's people are no business of an administrator's: as if their party weren't there.
        if (!AccessPolicy.MayExplain(grant, about.Party))
            return new ExplainResult.Denied(await gate.DenyAsync(caller, Permission.ExplainAccess, grant.Terms, DenialReason.NotFound));
        var moment = when ?? clock.GetUtcNow();
        var asked = permission is { } one ? [one] : Enum.GetValues<Permission>().Where(AccessPolicy.BelongsToAgreement);
        var verdicts = asked.Select(p => new Verdict(p, AccessPolicy.Explain(about, p, terms, moment))).ToList();
        var logged = await log.AppendAsync(new AccessExplained(about.Party, [.. about.Roles.Select(RoleNames.Of)], verdicts.Count)
        {
            Caller = caller,
            Terms = grant.Terms,
        });
        return new ExplainResult.Explained(terms, terms.StateAt(moment), moment, verdicts, logged);
    }
}

/// <summary>What would be answered.</summary>
/// <param name="Permission">To what.</param>
/// <param name="Reason">Why not; null: yes.</param>
public sealed record Verdict(Permission Permission, DenialReason? Reason);

/// <summary>An explanation, or no.</summary>
public abstract record ExplainResult
{
    private ExplainResult()
    {
    }

    public sealed record Explained(
        AgreementTerms Terms, AgreementState State, DateTimeOffset When, IReadOnlyList<Verdict> Verdicts, LoggedEvent Logged) : ExplainResult;

    public sealed record Denied(Admission.Refused Refusal) : ExplainResult;
}
