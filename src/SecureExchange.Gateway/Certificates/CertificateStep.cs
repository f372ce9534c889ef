using SecureExchange.Access;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Gateway.Certificates;

/// <summary>One thing that was done to a certificate. How it stands follows from all of them, in their log's order.</summary>
/// <param name="Id">Random; stands in its event, so that an interrupted step is found there.</param>
/// <param name="Agreement">Under which agreement.</param>
/// <param name="Side">Whose: the client's or the vendor's.</param>
/// <param name="Holder">Whose key it is, of an approver's; null: the party's.</param>
/// <param name="Certificate">Fingerprint of its primary key.</param>
/// <param name="Kind">What.</param>
/// <param name="Caller">Who did it, as <c>party/caller</c>; null: the gateway, which looked it up.</param>
/// <param name="At">When.</param>
/// <param name="Version">The agreement's version then in force.</param>
internal sealed record CertificateStep(
    string Id, AgreementId Agreement, Relation Side, CallerId? Holder, Fingerprint Certificate, CertificateStepKind Kind, string? Caller,
    DateTimeOffset At, int Version)
{
    /// <summary>Of a registration or an update: the certificate. Of a proof: the signature.</summary>
    internal ReadOnlyMemory<byte> Octets { get; init; }

    /// <summary>Of a registration: what the holder has to sign, and until when.</summary>
    internal CertificateChallenge? Challenge { get; init; }
}

/// <summary>What can be done to a certificate. Persisted: append only.</summary>
public enum CertificateStepKind
{
    /// <summary>Brought it.</summary>
    Registered = 1,

    /// <summary>Showed that its secret key is at hand.</summary>
    Proven = 2,

    /// <summary>Compared its fingerprint with its holder's, as a second person.</summary>
    Confirmed = 3,

    /// <summary>Merged a newer copy of it.</summary>
    Updated = 4,

    /// <summary>Took it out of use: by word, or by a copy of it that says so itself.</summary>
    Revoked = 5,
}
