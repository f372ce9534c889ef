namespace SecureExchange.Gateway.Audit;

/// <summary>What the log can say. Numbers and names are persisted: append only.</summary>
public enum AuditEventKind
{
    AccessDenied = 1,
    AgreementCreated = 2,
    AgreementRefused = 3,
    AgreementRead = 4,
    DispatchAccepted = 5,
    DispatchRefused = 6,
    RecordsAccepted = 7,
    RecordsRefused = 8,
    TransfersListed = 9,
    ContentFetched = 10,
    RecordsFetched = 11,
    ReturnAccepted = 12,
    ReturnQuarantined = 13,
    ReturnRefused = 14,
    FindingsRead = 15,
    EventsRead = 16,
    SignInRefused = 17,
    GatewayStarted = 18,
    GatewayStopped = 19,
    ContentDamaged = 20,
    RecoveryRan = 21,
    AgreementsListed = 22,
    CheckpointsAnchored = 23,
    EventsSearched = 24,
    AgreementDrafted = 25,
    AgreementProposed = 26,
    AgreementSigned = 27,
    AgreementWithdrawn = 28,
    AgreementSuspended = 29,
    AgreementResumed = 30,
    AgreementEnded = 31,
    AccessExplained = 32,
    DispatchHeld = 33,
    DispatchReleased = 34,
    AttestationRead = 35,
    DayClosed = 36,
    LogDiffers = 37,
    LogChecked = 38,
}

/// <summary>The kinds' names in log entries.</summary>
public static class AuditEventKindNames
{
    public static bool TryParse(string? name, out AuditEventKind kind)
    {
        kind = Array.Find(Enum.GetValues<AuditEventKind>(), known => Of(known) == name);
        return kind != default;
    }

    public static string Of(AuditEventKind kind) => kind switch
    {
        AuditEventKind.AccessDenied => "access.denied",
        AuditEventKind.AgreementCreated => "agreement.created",
        AuditEventKind.AgreementRefused => "agreement.refused",
        AuditEventKind.AgreementRead => "agreement.read",
        AuditEventKind.DispatchAccepted => "dispatch.accepted",
        AuditEventKind.DispatchRefused => "dispatch.refused",
        AuditEventKind.RecordsAccepted => "records.accepted",
        AuditEventKind.RecordsRefused => "records.refused",
        AuditEventKind.TransfersListed => "transfers.listed",
        AuditEventKind.ContentFetched => "content.fetched",
        AuditEventKind.RecordsFetched => "records.fetched",
        AuditEventKind.ReturnAccepted => "return.accepted",
        AuditEventKind.ReturnQuarantined => "return.quarantined",
        AuditEventKind.ReturnRefused => "return.refused",
        AuditEventKind.FindingsRead => "findings.read",
        AuditEventKind.EventsRead => "events.read",
        AuditEventKind.SignInRefused => "signin.refused",
        AuditEventKind.GatewayStarted => "gateway.started",
        AuditEventKind.GatewayStopped => "gateway.stopped",
        AuditEventKind.ContentDamaged => "content.damaged",
        AuditEventKind.RecoveryRan => "recovery.ran",
        AuditEventKind.AgreementsListed => "agreements.listed",
        AuditEventKind.CheckpointsAnchored => "checkpoints.anchored",
        AuditEventKind.EventsSearched => "events.searched",
        AuditEventKind.AgreementDrafted => "agreement.drafted",
        AuditEventKind.AgreementProposed => "agreement.proposed",
        AuditEventKind.AgreementSigned => "agreement.signed",
        AuditEventKind.AgreementWithdrawn => "agreement.withdrawn",
        AuditEventKind.AgreementSuspended => "agreement.suspended",
        AuditEventKind.AgreementResumed => "agreement.resumed",
        AuditEventKind.AgreementEnded => "agreement.ended",
        AuditEventKind.AccessExplained => "access.explained",
        AuditEventKind.DispatchHeld => "dispatch.held",
        AuditEventKind.DispatchReleased => "dispatch.released",
        AuditEventKind.AttestationRead => "attestation.read",
        AuditEventKind.DayClosed => "day.closed",
        AuditEventKind.LogDiffers => "log.differs",
        AuditEventKind.LogChecked => "log.checked",
    };
}
