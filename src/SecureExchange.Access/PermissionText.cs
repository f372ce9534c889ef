namespace SecureExchange.Access;

/// <summary>What permissions and refusals mean, in words for people who don't read code.</summary>
public static class PermissionText
{
    /// <summary>What a permission lets one do.</summary>
    public static string Of(Permission permission) => permission switch
    {
        Permission.CreateAgreement => "draft a new agreement in which the caller's party is the client",
        Permission.ReadAgreement => "read the agreement's terms and versions",
        Permission.SendDispatch => "send a file to the vendor",
        Permission.SendRecords => "send records to the vendor",
        Permission.ListTransfers => "see which files and records there are, and how they stand",
        Permission.FetchMasked => "fetch what was masked for the vendor",
        Permission.FetchForClient => "fetch originals, results and quarantined returns",
        Permission.SendReturn => "bring worked files back",
        Permission.ReadFindings => "read why a return is in quarantine",
        Permission.ReadLog => "read the agreement's log",
        Permission.ReadGatewayLog => "read and search the gateway's own log",
        Permission.ChangeAgreement => "draft, propose and withdraw versions of the agreement",
        Permission.SignAgreement => "sign a proposed version for the party",
        Permission.SuspendAgreement => "suspend the agreement, and resume it",
        Permission.EndAgreement => "end the agreement for good",
        Permission.ExplainAccess => "ask why somebody may or may not",
        Permission.RequestReveal => "ask to see one cell in clear",
        Permission.ReadReveals => "see which reveals were asked for, and how they stand",
        Permission.DecideReveal => "approve or deny a reveal, or review a break-glass",
        Permission.ShowReveal => "look at a cell whose reveal was granted",
        Permission.ReadAttestation => "read how a transfer was masked, and what risk is left in it",
        Permission.ReleaseDispatch => "release a dispatch that a gate of its profile holds, sent by somebody else",
        Permission.ReadWebhookKey => "read the key that notices about reveals are signed with",
        Permission.EraseData => "destroy transfers, or everything under the agreement, for good",
        Permission.TraceLeak => "find the dispatch that a file comes from that got out",
        Permission.HoldData => "set and lift a legal hold",
        Permission.RecheckLog => "have the gateway verify a log again, so that one that it has stopped may go on",
        Permission.ChangeCertificates => "register, prove, update and revoke the party's certificates; an approver without more: the own ones",
        Permission.ConfirmCertificate => "confirm the fingerprint of a certificate that somebody else of the party has registered",
        Permission.ManageKeys => "list the gateway's keys, without seeing them, and rotate them",
    };

    /// <summary>Why not, and what to do.</summary>
    public static string Of(DenialReason reason) => reason switch
    {
        DenialReason.NotFound => "there is nothing here by this name, or it isn't yours",
        DenialReason.RoleLacksPermission => "none of your roles may do this; ask your administrator",
        DenialReason.NotYetStarted => "the agreement starts later",
        DenialReason.Ended => "the agreement has ended",
        DenialReason.NoCustody => "the agreement doesn't give the gateway custody of masked records; fetch them sealed",
        DenialReason.NotSigned => "the agreement isn't signed by both parties yet",
        DenialReason.Suspended => "the agreement is suspended; whoever suspended it can resume it",
        DenialReason.OutsideNetworks => "the agreement doesn't allow this from where you are; ask your administrator which networks it names",
        DenialReason.OutsideHours => "the agreement has this work done at other hours",
        DenialReason.NoReveals => "the agreement lets no cell be shown in clear",
        DenialReason.OwnRequest => "two pairs of eyes: who sent or registered it can't approve it; ask somebody else of your party",
        DenialReason.NotApprover => "you aren't among the approvers whom the agreement names",
        DenialReason.OnHold => "a legal hold keeps everything under the agreement; it has to be lifted first",
        DenialReason.CertificateRevoked => "the certificate that this is sealed to is revoked; the party has to register another one, and it has to be sent or sealed again",
    };
}
