namespace SecureExchange.Access;

/// <summary>Yes, with the grant; or no, with the reason.</summary>
public abstract record AccessDecision
{
    private AccessDecision()
    {
    }

    public sealed record Granted(Grant Grant) : AccessDecision;

    public sealed record Denied(DenialReason Reason) : AccessDecision;
}

/// <summary>Why not. The names stand in the log: never changed, only added to.</summary>
public enum DenialReason
{
    /// <summary>There is no such thing, or it isn't the caller's: the two are one answer.</summary>
    NotFound = 1,

    /// <summary>None of the caller's roles may.</summary>
    RoleLacksPermission = 2,

    /// <summary>The agreement starts later.</summary>
    NotYetStarted = 3,

    /// <summary>The agreement has ended.</summary>
    Ended = 4,

    /// <summary>The agreement doesn't give the gateway custody of masked records.</summary>
    NoCustody = 5,

    /// <summary>No version of the agreement is signed by both parties yet.</summary>
    NotSigned = 6,

    /// <summary>One of the parties has suspended the agreement.</summary>
    Suspended = 7,

    /// <summary>The request comes from outside of the networks that the agreement names.</summary>
    OutsideNetworks = 8,

    /// <summary>The agreement has the vendor's people work at other hours.</summary>
    OutsideHours = 9,

    /// <summary>The agreement lets no cell be shown in clear.</summary>
    NoReveals = 10,

    /// <summary>The caller isn't among the approvers whom the agreement names.</summary>
    NotApprover = 11,

    /// <summary>Two pairs of eyes: who asked for something can't approve it.</summary>
    OwnRequest = 12,

    /// <summary>A legal hold keeps what was to be erased.</summary>
    OnHold = 13,

    /// <summary>What was asked for is sealed to a certificate that is revoked.</summary>
    CertificateRevoked = 14,
}
