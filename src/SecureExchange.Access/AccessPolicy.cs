using System.Net;

namespace SecureExchange.Access;

/// <summary>The one place that decides who may do what.</summary>
/// <remarks>A pure function of caller (and the address it comes from), permission, terms and time. Deny is the default: a role, relation or permission
/// that no line below names has nothing.</remarks>
public static class AccessPolicy
{
    /// <summary>Decides about something under an agreement.</summary>
    /// <param name="caller">Who asks, and from where.</param>
    /// <param name="permission">For what.</param>
    /// <param name="terms">Under which agreement, as it stands; null where none has the id that was asked for.</param>
    /// <param name="now">When.</param>
    /// <remarks>An agreement that isn't the caller's and one that doesn't exist give the same answer.</remarks>
    public static AccessDecision Decide(Caller caller, Permission permission, AgreementTerms? terms, DateTimeOffset now) =>
        Forbids(caller, permission, terms, now) is { } reason
            ? new AccessDecision.Denied(reason)
            : new AccessDecision.Granted(new Grant(caller, permission, terms));

    /// <summary>Whether a party knows of an agreement: to anybody else it is as if it weren't there.</summary>
    public static bool Knows(PartyId party, AgreementTerms terms, DateTimeOffset now) =>
        terms.RelationOf(party) is { } relation && Sees(relation, terms.StateAt(now));

    private static DenialReason? Forbids(Caller caller, Permission permission, AgreementTerms? terms, DateTimeOffset now)
    {
        if (terms?.RelationOf(caller.Party) is not { } relation) return DenialReason.NotFound;
        var state = terms.StateAt(now);
        if (!Sees(relation, state)) return DenialReason.NotFound;
        if (!caller.Roles.Any(role => Allows(role, relation, permission))) return DenialReason.RoleLacksPermission;
        if (StateForbids(permission, state, terms) is { } reason) return reason;
        if (RevealForbids(caller, permission, terms) is { } refusal) return refusal;
        if (!IsOfTheWork(permission)) return null;
        if (!IsWithin(relation == Relation.Client ? terms.ClientNetworks : terms.VendorNetworks, caller.Address))
            return DenialReason.OutsideNetworks;
        return relation == Relation.Vendor && MovesWork(permission) && terms.VendorHours?.Contain(now) == false
            ? DenialReason.OutsideHours
            : null;
    }

    /// <summary>What is being written is its author's alone, and what isn't signed is no business of an auditor's. The first
    /// version is the client's; of a later one the version in force says who sees the agreement.</summary>
    private static bool Sees(Relation relation, AgreementState state) => state switch
    {
        AgreementState.Draft => relation == Relation.Client,
        AgreementState.Proposed => relation is Relation.Client or Relation.Vendor,
        _ => true,
    };

    /// <summary>Approvers are named in the agreement, each with a key: a role that an issuer gives is not enough.</summary>
    private static DenialReason? RevealForbids(Caller caller, Permission permission, AgreementTerms terms) => permission switch
    {
        not (Permission.RequestReveal or Permission.DecideReveal or Permission.ShowReveal or Permission.ReadWebhookKey) => null,
        _ when terms.Reveals is null => DenialReason.NoReveals,
        Permission.DecideReveal when !terms.Reveals.Approvers.Contains(caller.Id) => DenialReason.NotApprover,
        _ => null,
    };

    private static DenialReason? StateForbids(Permission permission, AgreementState state, AgreementTerms terms) => permission switch
    {
        Permission.ReadAgreement or Permission.ReadLog or Permission.ExplainAccess => null,
        Permission.ChangeAgreement or Permission.SignAgreement => terms.IsEnded ? DenialReason.Ended : null,
        _ when state is AgreementState.Draft or AgreementState.Proposed => DenialReason.NotSigned,
        Permission.SuspendAgreement or Permission.EndAgreement => terms.IsEnded ? DenialReason.Ended : null,
        _ when !MovesWork(permission) => null, // Looking at what there was outlives the work.
        _ => state switch
        {
            AgreementState.Active => null,
            AgreementState.Signed => DenialReason.NotYetStarted,
            AgreementState.Suspended => DenialReason.Suspended,
            _ => DenialReason.Ended,
        },
    };

    /// <summary>An address that isn't known is in no network.</summary>
    private static bool IsWithin(IReadOnlyList<IPNetwork> networks, IPAddress? address)
    {
        if (networks.Count == 0) return true;
        if (address is null) return false;
        // A socket for both families shows IPv4 peers as ::ffff:192.0.2.1, which no IPv4 network contains.
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }

    /// <summary>Decides whether a caller may make an agreement in which <paramref name="client"/> is the client.</summary>
    public static AccessDecision DecideCreate(Caller caller, PartyId client) =>
        caller.Party == client && caller.Roles.Contains(Role.ClientAdmin)
            ? new AccessDecision.Granted(new Grant(caller, Permission.CreateAgreement, terms: null))
            : new AccessDecision.Denied(DenialReason.RoleLacksPermission);

    /// <summary>Whether a caller may make agreements at all: asked before a text is looked at.</summary>
    public static bool MayCreateAgreements(Caller caller) => caller.Roles.Contains(Role.ClientAdmin);

    /// <summary>Decides about the gateway's own log.</summary>
    public static AccessDecision DecideGatewayLog(Caller caller) => DecideOperator(caller, Permission.ReadGatewayLog);

    /// <summary>Decides whether a caller may have logs verified again.</summary>
    public static AccessDecision DecideRecheck(Caller caller) => DecideOperator(caller, Permission.RecheckLog);

    private static AccessDecision DecideOperator(Caller caller, Permission permission) =>
        caller.Roles.Contains(Role.Operator)
            ? new AccessDecision.Granted(new Grant(caller, permission, terms: null))
            : new AccessDecision.Denied(DenialReason.RoleLacksPermission);

    /// <summary>Decides about listing and rotating the gateway's keys.</summary>
    public static AccessDecision DecideKeys(Caller caller) =>
        caller.Roles.Contains(Role.Operator)
            ? new AccessDecision.Granted(new Grant(caller, Permission.ManageKeys, terms: null))
            : new AccessDecision.Denied(DenialReason.RoleLacksPermission);

    private static bool Allows(Role role, Relation relation, Permission permission) => (role, relation) switch
    {
        (Role.ClientUploader, Relation.Client) => permission is Permission.SendDispatch or Permission.SendRecords
            or Permission.ListTransfers or Permission.FetchForClient or Permission.ReadFindings or Permission.ReadAgreement
            or Permission.ReadLog or Permission.ReadAttestation,
        (Role.ClientApprover, Relation.Client) => permission is Permission.ListTransfers or Permission.ReadFindings
            or Permission.ReadAgreement or Permission.ReadLog or Permission.ReadReveals or Permission.DecideReveal
            or Permission.ReadAttestation or Permission.ReleaseDispatch or Permission.ChangeCertificates or Permission.ConfirmCertificate,
        (Role.ClientAdmin, Relation.Client) => permission is Permission.ListTransfers or Permission.FetchForClient
            or Permission.ReadFindings or Permission.ReadAgreement or Permission.ReadLog or Permission.ExplainAccess
            or Permission.ReadReveals or Permission.ReadWebhookKey or Permission.ReadAttestation
            or Permission.EraseData or Permission.HoldData or Permission.TraceLeak || Binds(permission),
        (Role.VendorAgent, Relation.Vendor) => permission is Permission.FetchMasked or Permission.SendReturn
            or Permission.ListTransfers or Permission.ReadFindings or Permission.ReadAgreement or Permission.ReadLog
            or Permission.RequestReveal or Permission.ReadReveals or Permission.ShowReveal or Permission.ReadAttestation,
        (Role.VendorAdmin, Relation.Vendor) => permission is Permission.ListTransfers or Permission.ReadFindings
            or Permission.ReadAgreement or Permission.ReadLog or Permission.ExplainAccess or Permission.ReadReveals
            or Permission.ReadAttestation || Binds(permission),
        (Role.Auditor, Relation.Auditor or Relation.Client or Relation.Vendor) =>
            permission is Permission.ReadAgreement or Permission.ReadLog or Permission.ExplainAccess or Permission.ReadAttestation,
        _ => false,
    };

    /// <summary>What binds a party: its administrators do it.</summary>
    private static bool Binds(Permission permission) => permission is Permission.ChangeAgreement or Permission.SignAgreement
        or Permission.SuspendAgreement or Permission.EndAgreement or Permission.ChangeCertificates or Permission.ConfirmCertificate;

    /// <summary>What needs an agreement that is active. Reading terms, findings and the log outlives the work.</summary>
    private static bool MovesWork(Permission permission) => permission is Permission.SendDispatch or Permission.SendRecords
        or Permission.ReleaseDispatch or Permission.FetchMasked or Permission.SendReturn or Permission.RequestReveal or Permission.DecideReveal or Permission.ShowReveal;

    /// <summary>What an agreement's networks bound: the work, and what tells of it. Not the agreement and its log: terms that shut
    /// a party out by mistake must leave it a way to change them.</summary>
    private static bool IsOfTheWork(Permission permission) => MovesWork(permission)
        || permission is Permission.ListTransfers or Permission.FetchForClient or Permission.ReadFindings or Permission.ReadReveals;

    /// <summary>Whether a permission is one under an agreement.</summary>
    public static bool BelongsToAgreement(Permission permission) => permission is not (Permission.CreateAgreement or Permission.ReadGatewayLog or Permission.RecheckLog or Permission.ManageKeys);

    /// <summary>Whether a caller may ask about a party's people: an administrator about those of their own party, an auditor about
    /// everybody's.</summary>
    public static bool MayExplain(Grant grant, PartyId party) => grant.Require(Permission.ExplainAccess).Terms is { } terms
        && terms.RelationOf(party) is not null
        && (party == grant.Caller.Party || terms.RelationOf(grant.Caller.Party) == Relation.Auditor);

    /// <summary>Whether a caller may change a certificate: an administrator those of the own party, an approver the own one.</summary>
    /// <param name="grant">To change certificates.</param>
    /// <param name="holder">Whose key it is, of an approver's; null: the party's.</param>
    /// <returns>Why not; null: yes.</returns>
    public static DenialReason? ForbidsCertificate(Grant grant, CallerId? holder)
    {
        var (caller, terms) = (grant.Require(Permission.ChangeCertificates).Caller, grant.Terms!);
        if (terms.RelationOf(caller.Party) is { } relation && caller.Roles.Any(role => Allows(role, relation, Permission.SignAgreement))) return null;
        if (holder != caller.Id) return DenialReason.RoleLacksPermission;
        return terms.Reveals?.Approvers.Contains(caller.Id) == true ? null : DenialReason.NotApprover;
    }

    /// <summary>Whether a caller may confirm a certificate: somebody else than whoever registered it and proved its key.</summary>
    /// <param name="grant">To confirm a certificate.</param>
    /// <param name="hands">Who has had a hand in it so far, as <c>party/caller</c>.</param>
    public static bool MayConfirm(Grant grant, IEnumerable<string?> hands) =>
        !hands.Contains(grant.Require(Permission.ConfirmCertificate).Caller.ToString());

    /// <summary>What <see cref="Decide"/> would say to somebody: null is yes. Makes no grant, so nothing can be done with it.</summary>
    public static DenialReason? Explain(Caller somebody, Permission permission, AgreementTerms terms, DateTimeOffset when) =>
        Forbids(somebody, permission, terms, when);
}
