namespace SecureExchange.Access;

/// <summary>The one place that decides who may do what.</summary>
/// <remarks>A pure function of caller, permission, terms and time. Deny is the default: a role, relation or permission
/// that no line below names has nothing.</remarks>
public static class AccessPolicy
{
    /// <summary>Decides about something under an agreement.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="permission">For what.</param>
    /// <param name="terms">Under which agreement; null where none has the id that was asked for.</param>
    /// <param name="now">When.</param>
    /// <remarks>An agreement that isn't the caller's and one that doesn't exist give the same answer.</remarks>
    public static AccessDecision Decide(Caller caller, Permission permission, AgreementTerms? terms, DateTimeOffset now)
    {
        if (terms?.RelationOf(caller.Party) is not { } relation) return new AccessDecision.Denied(DenialReason.NotFound);
        if (!caller.Roles.Any(role => Allows(role, relation, permission)))
            return new AccessDecision.Denied(DenialReason.RoleLacksPermission);
        if (MovesWork(permission) && now < terms.Starts) return new AccessDecision.Denied(DenialReason.NotYetStarted);
        if (MovesWork(permission) && now >= terms.Ends) return new AccessDecision.Denied(DenialReason.Ended);
        return new AccessDecision.Granted(new Grant(caller, permission, terms));
    }

    /// <summary>Decides whether a caller may make an agreement in which <paramref name="client"/> is the client.</summary>
    public static AccessDecision DecideCreate(Caller caller, PartyId client) =>
        caller.Party == client && caller.Roles.Contains(Role.ClientAdmin)
            ? new AccessDecision.Granted(new Grant(caller, Permission.CreateAgreement, terms: null))
            : new AccessDecision.Denied(DenialReason.RoleLacksPermission);

    /// <summary>Whether a caller may make agreements at all: asked before a text is looked at.</summary>
    public static bool MayCreateAgreements(Caller caller) => caller.Roles.Contains(Role.ClientAdmin);

    /// <summary>Decides about the gateway's own log.</summary>
    public static AccessDecision DecideGatewayLog(Caller caller) =>
        caller.Roles.Contains(Role.Operator)
            ? new AccessDecision.Granted(new Grant(caller, Permission.ReadGatewayLog, terms: null))
            : new AccessDecision.Denied(DenialReason.RoleLacksPermission);

    private static bool Allows(Role role, Relation relation, Permission permission) => (role, relation) switch
    {
        (Role.ClientUploader, Relation.Client) => permission is Permission.SendDispatch or Permission.SendRecords
            or Permission.ListTransfers or Permission.FetchForClient or Permission.ReadFindings or Permission.ReadAgreement
            or Permission.ReadLog,
        (Role.ClientApprover, Relation.Client) => permission is Permission.ListTransfers or Permission.ReadFindings
            or Permission.ReadAgreement or Permission.ReadLog,
        (Role.ClientAdmin, Relation.Client) => permission is Permission.ListTransfers or Permission.FetchForClient
            or Permission.ReadFindings or Permission.ReadAgreement or Permission.ReadLog,
        (Role.VendorAgent, Relation.Vendor) => permission is Permission.FetchMasked or Permission.SendReturn
            or Permission.ListTransfers or Permission.ReadFindings or Permission.ReadAgreement or Permission.ReadLog,
        (Role.VendorAdmin, Relation.Vendor) => permission is Permission.ListTransfers or Permission.ReadFindings
            or Permission.ReadAgreement or Permission.ReadLog,
        (Role.Auditor, Relation.Auditor or Relation.Client or Relation.Vendor) =>
            permission is Permission.ReadAgreement or Permission.ReadLog,
        _ => false,
    };

    /// <summary>What an agreement's dates bound. Reading terms, findings and the log outlives the work.</summary>
    private static bool MovesWork(Permission permission) => permission is Permission.SendDispatch or Permission.SendRecords
        or Permission.FetchMasked or Permission.SendReturn;
}
