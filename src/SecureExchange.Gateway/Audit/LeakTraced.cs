namespace SecureExchange.Gateway.Audit;

/// <summary>A client looked for the dispatch that a file comes from. What came out isn't here: the vendor reads the log too.</summary>
/// <param name="Transfers">How many transfers the file was held against.</param>
public sealed record LeakTraced(int Transfers) : AuditEvent(AuditEventKind.LeakTraced)
{
    internal override void Write(AuditFacts facts) => facts.Add("count", Transfers);
}
