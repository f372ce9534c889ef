using SecureExchange.Access;

namespace SecureExchange.Gateway.Audit;

/// <summary>Something was done to an agreement. Each has the step's id, so that an interrupted step is found in the log.</summary>
/// <remarks><see cref="AuditEvent.Terms"/> are those of the version that the step is about.</remarks>
public abstract record AgreementEvent(AuditEventKind Kind, string Step) : AuditEvent(Kind)
{
    internal override void Write(AuditFacts facts) => facts.Add("step", Step);
}

/// <summary>An agreement came into being, as the draft of its first version: the first entry of its log.</summary>
public sealed record AgreementCreated(string Step, string ProfileDigest, string ClientCertificate, string VendorCertificate)
    : AgreementEvent(AuditEventKind.AgreementCreated, Step)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("profile", ProfileDigest);
        facts.Add("client", Terms!.Client.Value);
        facts.Add("client_certificate", ClientCertificate);
        facts.Add("vendor", Terms.Vendor.Value);
        facts.Add("vendor_certificate", VendorCertificate);
    }
}

/// <summary>A further version was written.</summary>
public sealed record AgreementDrafted(string Step, int Number, string ProfileDigest) : AgreementEvent(AuditEventKind.AgreementDrafted, Step)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("number", Number);
        facts.Add("profile", ProfileDigest);
    }
}

/// <summary>A version was shown to the other party.</summary>
public sealed record AgreementProposed(string Step, int Number) : AgreementEvent(AuditEventKind.AgreementProposed, Step)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("number", Number);
    }
}

/// <summary>A party signed a version.</summary>
/// <param name="Step">The step.</param>
/// <param name="Number">Which version.</param>
/// <param name="Party">For whom.</param>
/// <param name="Signer">Fingerprint of the certificate.</param>
/// <param name="Signature">The OpenPGP signature, in base64: with the canonical text anybody can check it.</param>
/// <param name="InForce">Whether it was the second, which brings the version into force.</param>
public sealed record AgreementSigned(string Step, int Number, PartyId Party, string Signer, string Signature, bool InForce)
    : AgreementEvent(AuditEventKind.AgreementSigned, Step)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("number", Number);
        facts.Add("party", Party.Value);
        facts.Add("signed_by", Signer);
        facts.Add("signature", Signature);
        facts.Add("in_force", InForce);
    }
}

/// <summary>A version was taken back, or declined.</summary>
public sealed record AgreementWithdrawn(string Step, int Number) : AgreementEvent(AuditEventKind.AgreementWithdrawn, Step)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("number", Number);
    }
}

/// <summary>A party suspended the agreement.</summary>
public sealed record AgreementSuspended(string Step) : AgreementEvent(AuditEventKind.AgreementSuspended, Step);

/// <summary>A party took its suspension back.</summary>
public sealed record AgreementResumed(string Step) : AgreementEvent(AuditEventKind.AgreementResumed, Step);

/// <summary>A party ended the agreement for good.</summary>
public sealed record AgreementEnded(string Step) : AgreementEvent(AuditEventKind.AgreementEnded, Step);
