using SecureExchange.Access;

namespace SecureExchange.Gateway.Audit;

/// <summary>Something happened to a request to see one cell. All of one request are linked by its id.</summary>
/// <param name="Kind">What.</param>
/// <param name="Step">The step's id, so that an interrupted step is found in the log.</param>
/// <param name="Reveal">The request.</param>
public abstract record RevealEvent(AuditEventKind Kind, string Step, RevealId Reveal) : AuditEvent(Kind)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("step", Step);
        facts.Add("reveal", Reveal.Value);
    }
}

/// <summary>Somebody asked to see one cell. Of a break-glass the value is open from here on.</summary>
public sealed record RevealRequested(
    string Step, RevealId Reveal, TransferId Transfer, long Record, string Field, string Purpose, string Ticket, bool IsBreakGlass, string ExpiresAt)
    : RevealEvent(AuditEventKind.RevealRequested, Step, Reveal)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("transfer", Transfer);
        facts.Add("record", Record);
        facts.Add("field", Field);
        facts.Add("purpose", Purpose);
        facts.Add("ticket", Ticket);
        facts.Add("break_glass", IsBreakGlass);
        facts.Add("expires_at", ExpiresAt);
    }
}

/// <summary>An approver signed a request, or the review of a break-glass.</summary>
/// <param name="Kind">Approved or reviewed.</param>
/// <param name="Step">The step.</param>
/// <param name="Reveal">The request.</param>
/// <param name="Signer">Fingerprint of the approver's certificate.</param>
/// <param name="Signature">The OpenPGP signature of the request's text, in base64.</param>
/// <param name="Approvals">How many have approved, with this one.</param>
/// <param name="Granted">Whether it was the last that was missing.</param>
public sealed record RevealSigned(AuditEventKind Kind, string Step, RevealId Reveal, string Signer, string Signature, int Approvals, bool Granted)
    : RevealEvent(Kind, Step, Reveal)
{
    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("signed_by", Signer);
        facts.Add("signature", Signature);
        facts.Add("approvals", Approvals);
        facts.Add("granted", Granted);
    }
}

/// <summary>An approver denied a request, or closed it again.</summary>
public sealed record RevealDenied(string Step, RevealId Reveal) : RevealEvent(AuditEventKind.RevealDenied, Step, Reveal);

/// <summary>Whoever asked took the request back.</summary>
public sealed record RevealWithdrawn(string Step, RevealId Reveal) : RevealEvent(AuditEventKind.RevealWithdrawn, Step, Reveal);

/// <summary>The value is about to be shown: the entry is durable before it leaves.</summary>
public sealed record RevealShown(string Step, RevealId Reveal, TransferId Transfer, long Record, string Field)
    : RevealEvent(AuditEventKind.RevealShown, Step, Reveal)
{
    internal override bool IsRelease => true;

    internal override PartyId? Recipient => Caller?.Party;

    internal override void Write(AuditFacts facts)
    {
        base.Write(facts);
        facts.Add("transfer", Transfer);
        facts.Add("record", Record);
        facts.Add("field", Field);
    }
}

/// <summary>A request, or a step of one, was refused, with the fault's stable code.</summary>
public sealed record RevealRefused(RevealId? Reveal, string Code) : AuditEvent(AuditEventKind.RevealRefused)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("reveal", Reveal?.Value);
        facts.Add("code", Code);
    }
}

/// <summary>Somebody looked at which reveals were asked for, or at one of them.</summary>
public sealed record RevealsListed(int Count) : AuditEvent(AuditEventKind.RevealsListed)
{
    internal override void Write(AuditFacts facts) => facts.Add("count", Count);
}

/// <summary>The key that notices are signed with was read.</summary>
public sealed record WebhookKeyRead() : AuditEvent(AuditEventKind.WebhookKeyRead)
{
    internal override void Write(AuditFacts facts)
    {
    }
}
