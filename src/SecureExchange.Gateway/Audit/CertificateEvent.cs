using SecureExchange.Access;

namespace SecureExchange.Gateway.Audit;

/// <summary>Something was done to a certificate. The other party reads it in the agreement's log.</summary>
/// <param name="Kind">What.</param>
/// <param name="Step">The step's id, so that an interrupted step is found in the log.</param>
/// <param name="Party">Whose certificate.</param>
/// <param name="Certificate">Fingerprint of its primary key.</param>
public abstract record CertificateEvent(AuditEventKind Kind, string Step, PartyId Party, string Certificate) : AuditEvent(Kind)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("step", Step);
        facts.Add("party", Party.Value);
        facts.Add("certificate", Certificate);
    }
}

/// <summary>Somebody brought a certificate. It isn't used yet.</summary>
/// <param name="Step">The step.</param>
/// <param name="Party">Whose.</param>
/// <param name="Certificate">Its fingerprint.</param>
/// <param name="Digest">Of its octets.</param>
/// <param name="OfApprover">Whether it is the key of the caller, as an approver, and not the party's.</param>
/// <param name="Nonce">What has to be signed.</param>
/// <param name="ProveBy">And until when.</param>
public sealed record CertificateRegistered(string Step, PartyId Party, string Certificate, string Digest, bool OfApprover, string Nonce, string ProveBy)
    : CertificateEvent(AuditEventKind.CertificateRegistered, Step, Party, Certificate)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("digest", Digest);
        facts.Add("of_approver", OfApprover);
        facts.Add("nonce", Nonce);
        facts.Add("prove_by", ProveBy);
    }
}

/// <summary>Its secret key is at hand: the signature is of the registration's challenge.</summary>
public sealed record CertificateProven(string Step, PartyId Party, string Certificate, string Signature, bool Opened)
    : CertificateEvent(AuditEventKind.CertificateProven, Step, Party, Certificate)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("signature", Signature);
        facts.Add("opened", Opened);
    }
}

/// <summary>A second person confirmed its fingerprint: from here on it is used.</summary>
public sealed record CertificateConfirmed(string Step, PartyId Party, string Certificate)
    : CertificateEvent(AuditEventKind.CertificateConfirmed, Step, Party, Certificate);

/// <summary>A newer copy was merged, or a copy that revokes it.</summary>
/// <param name="Kind">Updated, or revoked.</param>
/// <param name="Step">The step.</param>
/// <param name="Party">Whose.</param>
/// <param name="Certificate">Its fingerprint.</param>
/// <param name="Source">Where it came from: <c>upload</c>, <c>wkd</c>; of a revocation by word: <c>word</c>.</param>
/// <param name="Digest">Of the octets after the merge; null where there are no new ones.</param>
public sealed record CertificateChanged(AuditEventKind Kind, string Step, PartyId Party, string Certificate, string Source, string? Digest)
    : CertificateEvent(Kind, Step, Party, Certificate)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("source", Source);
        facts.Add("digest", Digest);
    }
}

/// <summary>Something about a certificate was refused, with the fault's stable code.</summary>
public sealed record CertificateRefused(string? Certificate, string Code) : AuditEvent(AuditEventKind.CertificateRefused)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("certificate", Certificate);
        facts.Add("code", Code);
    }
}

/// <summary>A fetch was cut off, since the caller may not have the content any more, or the certificate that it is sealed to was revoked.</summary>
/// <param name="Transfer">Of which transfer.</param>
/// <param name="Part">Which part.</param>
/// <param name="Sent">How many bytes had left.</param>
/// <param name="Reason">Why.</param>
public sealed record ContentStopped(TransferId Transfer, string Part, long Sent, DenialReason Reason) : AuditEvent(AuditEventKind.ContentStopped)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("transfer", Transfer);
        facts.Add("part", Part);
        facts.Add("sent", Sent);
        facts.Add("reason", Reason.ToString());
    }
}

/// <summary>A certificate ends soon.</summary>
/// <param name="Party">Whose.</param>
/// <param name="Certificate">Its fingerprint.</param>
/// <param name="Ends">When.</param>
/// <param name="Days">Within so many days: 30, 7, 1.</param>
public sealed record CertificateExpiring(PartyId Party, string Certificate, string Ends, int Days) : AuditEvent(AuditEventKind.CertificateExpiring)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("party", Party.Value);
        facts.Add("certificate", Certificate);
        facts.Add("ends", Ends);
        facts.Add("days", Days);
    }
}

/// <summary>A part was sealed again, to its reader's newest certificate, since the one before was revoked.</summary>
/// <param name="Step">Its id, so that an interrupted one is found in the log.</param>
/// <param name="Transfer">Of which transfer.</param>
/// <param name="Before">Digest of the part that it takes the place of.</param>
/// <param name="Part">The new part.</param>
public sealed record ContentResealed(string Step, TransferId Transfer, string Before, SealedPart Part) : AuditEvent(AuditEventKind.ContentResealed)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("step", Step);
        facts.Add("transfer", Transfer);
        facts.Add("before", Before);
        facts.Add([Part]);
    }
}
