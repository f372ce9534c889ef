using SecureExchange.Access;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Certificates;

/// <summary>How a certificate stands under an agreement.</summary>
/// <param name="Side">Whose: the client's or the vendor's.</param>
/// <param name="Holder">Whose key it is, of an approver's; null: the party's.</param>
/// <param name="Certificate">All that is known of it: what came first, merged with what came since.</param>
public sealed record CertificateStanding(Relation Side, CallerId? Holder, Certificate Certificate)
{
    /// <summary>How far its registration has come.</summary>
    public CertificateStage Stage { get; internal init; }

    /// <summary>Whether it stands in the agreement's version in force: both parties have signed it, so it needs no registration.</summary>
    public bool IsPinned { get; internal init; }

    /// <summary>Who registered it, as <c>party/caller</c>; null where nobody had to.</summary>
    public string? RegisteredBy { get; internal init; }

    /// <summary>Who sent the proof.</summary>
    public string? ProvenBy { get; internal init; }

    /// <summary>Who confirmed it.</summary>
    public string? ConfirmedBy { get; internal init; }

    internal CertificateChallenge? Challenge { get; init; }

    /// <summary>What came into use later is newer: by the agreement's version, and under one version in the order of the log.</summary>
    internal (int Version, int Step) Since { get; init; }

    /// <summary>Whether it is used at all, for as long as it is valid.</summary>
    public bool IsInForce => IsPinned ? Stage != CertificateStage.Withdrawn : Stage == CertificateStage.Confirmed;

    /// <summary>Whether it has been taken back: by its party's word, or by the certificate itself.</summary>
    public bool IsRevokedAt(DateTimeOffset now) =>
        Stage == CertificateStage.Withdrawn || Problem(Certificate, now) is PgpError.CertificateRevoked;

    /// <summary>What keeps others from encrypting to a certificate at a moment; null: nothing.</summary>
    internal static PgpError? Problem(Certificate certificate, DateTimeOffset now)
    {
        try
        {
            certificate.RequireUsableForEncryption(now);
            return null;
        }
        catch (PgpException e)
        {
            return e.Error;
        }
    }
}

/// <summary>How far a certificate's registration has come.</summary>
public enum CertificateStage
{
    /// <summary>Known from an earlier version of the agreement, or from what was done to it; not used.</summary>
    Former,

    /// <summary>Somebody brought it; the proof of its key is awaited.</summary>
    Registered,

    /// <summary>Its key is at hand; a second person has to confirm its fingerprint.</summary>
    Proven,

    /// <summary>In use.</summary>
    Confirmed,

    /// <summary>Taken back, for good.</summary>
    Withdrawn,
}
