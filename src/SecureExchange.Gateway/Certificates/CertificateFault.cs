namespace SecureExchange.Gateway.Certificates;

/// <summary>Why something about a certificate was refused.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Message">What was wrong and what to do.</param>
public sealed record CertificateFault(string Code, string Message)
{
    internal static CertificateFault Unknown { get; } = new(
        "certificate.unknown", "your party has no certificate of this fingerprint under the agreement; sx cert list shows those that there are");

    internal static CertificateFault Known { get; } = new(
        "certificate.known", "this certificate is in use already; send a newer copy of it with sx cert update");

    internal static CertificateFault Withdrawn { get; } = new(
        "certificate.revoked", "this certificate has been revoked, and is never used again; register another one");

    internal static CertificateFault OtherHolder { get; } = new(
        "certificate.other-holder", "this certificate is somebody else's under the agreement; each party and each approver has a key of their own");

    internal static CertificateFault TooMany { get; } = new(
        "certificate.too-many", "your party has as many certificates under the agreement as it may; use one of those that there are");

    internal static CertificateFault WrongState { get; } = new(
        "certificate.wrong-state", "the certificate isn't at that point: it is registered, then proven, then confirmed by a second person, and updated once it is in use");

    internal static CertificateFault Late { get; } = new(
        "certificate.challenge-expired", "the time to prove the key is over; register the certificate again");

    internal static CertificateFault Proof { get; } = new(
        "certificate.proof", "the signature isn't a good one of the challenge by this certificate; make it with sx cert prove and its secret key");

    internal static CertificateFault OtherPrimary { get; } = new(
        "certificate.primary-changed",
        "this is another certificate: its primary key isn't the one that is in use. Nothing was changed; if the party has a new key, register it");

    internal static CertificateFault NoDirectory { get; } = new(
        "certificate.wkd-not-allowed", "the gateway's operator allows no Web Key Directory for this certificate's addresses; ask him to add its host to --wkd-hosts");

    internal static CertificateFault NotInDirectory { get; } = new(
        "certificate.wkd-nothing", "the Web Key Directory has nothing for this certificate's addresses");

    internal static CertificateFault DirectoryAway { get; } = new(
        "certificate.wkd-away", "the Web Key Directory didn't answer, or not with certificates; try again later");

    internal static CertificateFault NothingNew { get; } = new(
        "certificate.nothing-new", "this copy says nothing about the certificate that the gateway doesn't know");
}
