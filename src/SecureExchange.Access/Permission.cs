namespace SecureExchange.Access;

/// <summary>One thing that a caller may do. Each route asks for exactly one. The names stand in the log.</summary>
public enum Permission
{
    /// <summary>Make an agreement in which the caller's party is the client.</summary>
    CreateAgreement,

    /// <summary>Read an agreement's terms.</summary>
    ReadAgreement,

    /// <summary>Send a file to the vendor.</summary>
    SendDispatch,

    /// <summary>Send records to the vendor.</summary>
    SendRecords,

    /// <summary>See which transfers there are and how they stand.</summary>
    ListTransfers,

    /// <summary>Fetch what was sealed to the vendor.</summary>
    FetchMasked,

    /// <summary>Fetch what was sealed to the client: originals, results, quarantined returns.</summary>
    FetchForClient,

    /// <summary>Bring worked files back.</summary>
    SendReturn,

    /// <summary>Read the findings of a quarantined return.</summary>
    ReadFindings,

    /// <summary>Read the agreement's log: checkpoints, tiles, events, proofs.</summary>
    ReadLog,

    /// <summary>Read the gateway's own log entries.</summary>
    ReadGatewayLog,

    /// <summary>Write, propose and withdraw versions of an agreement.</summary>
    ChangeAgreement,

    /// <summary>Sign a proposed version for one's party.</summary>
    SignAgreement,

    /// <summary>Suspend an agreement, and take one's own suspension back.</summary>
    SuspendAgreement,

    /// <summary>End an agreement for good.</summary>
    EndAgreement,

    /// <summary>Ask why somebody may or may not.</summary>
    ExplainAccess,

    /// <summary>Ask to see one cell in clear, or take that back.</summary>
    RequestReveal,

    /// <summary>See which reveals were asked for, and how they stand.</summary>
    ReadReveals,

    /// <summary>Approve or deny a reveal, or review a break-glass.</summary>
    DecideReveal,

    /// <summary>Look at a cell whose reveal was granted.</summary>
    ShowReveal,

    /// <summary>Read the key that notices about reveals are signed with.</summary>
    ReadWebhookKey,

    /// <summary>Read how a transfer was masked, and what risk is left in it.</summary>
    ReadAttestation,

    /// <summary>Let a dispatch go that a gate of its profile stopped.</summary>
    ReleaseDispatch,

    /// <summary>Destroy transfers, or everything under the agreement.</summary>
    EraseData,

    /// <summary>Set and lift a legal hold.</summary>
    HoldData,

    /// <summary>Have the gateway verify a log again, so that one that it has stopped may go on. Nothing of it is read.</summary>
    RecheckLog,

    /// <summary>Register, prove, update and revoke certificates of one's own party; an approver: one's own.</summary>
    ChangeCertificates,

    /// <summary>Confirm the fingerprint of a certificate that somebody else of one's party has registered.</summary>
    ConfirmCertificate,

    /// <summary>Find the dispatch that a file comes from that got out.</summary>
    TraceLeak,

    /// <summary>List the gateway's keys, and rotate them. Shows none.</summary>
    ManageKeys,
}
