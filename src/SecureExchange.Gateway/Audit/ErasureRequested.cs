using SecureExchange.Access;

namespace SecureExchange.Gateway.Audit;

/// <summary>Somebody looked for what could be erased. What value they looked for is nowhere.</summary>
/// <param name="Scope"><c>transfers</c>, <c>record</c>, <c>subject</c> or <c>agreement</c>.</param>
/// <param name="Count">How many transfers were found.</param>
public sealed record ErasureSought(string Scope, int Count) : AuditEvent(AuditEventKind.ErasureSought)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("scope", Scope);
        facts.Add("count", Count);
    }
}

/// <summary>From here on it will be destroyed, whatever happens.</summary>
/// <param name="Erasure">The erasure's own id.</param>
/// <param name="Scope">As of <see cref="ErasureSought"/>, or <c>retention</c>.</param>
/// <param name="Transfers">Which transfers.</param>
/// <param name="IsWhole">The agreement's key too.</param>
public sealed record ErasureRequested(string Erasure, string Scope, IReadOnlyList<TransferId> Transfers, bool IsWhole)
    : AuditEvent(AuditEventKind.ErasureRequested)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("erasure", Erasure);
        facts.Add("scope", Scope);
        facts.Add("transfers", Transfers.Select(t => t.Value));
        facts.Add("agreement_key", IsWhole);
    }
}

/// <summary>It is destroyed.</summary>
/// <param name="Erasure">The erasure's own id.</param>
/// <param name="Transfers">How many transfers.</param>
/// <param name="Parts">How many sealed parts were deleted; after a crash, in the last attempt.</param>
/// <param name="Keys">How many keys were destroyed.</param>
public sealed record ErasureDone(string Erasure, int Transfers, int Parts, int Keys) : AuditEvent(AuditEventKind.ErasureDone)
{
    internal override void Write(AuditFacts facts)
    {
        facts.Add("erasure", Erasure);
        facts.Add("erased_transfers", Transfers);
        facts.Add("erased_parts", Parts);
        facts.Add("erased_keys", Keys);
    }
}

/// <summary>A legal hold was set, or lifted.</summary>
/// <param name="Kind">Set or lifted.</param>
/// <param name="Reason">Why, from a closed list.</param>
public sealed record HoldChanged(AuditEventKind Kind, string Reason) : AuditEvent(Kind)
{
    internal override void Write(AuditFacts facts) => facts.Add("reason", Reason);
}
