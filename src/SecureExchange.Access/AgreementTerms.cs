namespace SecureExchange.Access;

/// <summary>What of an agreement decides who may do what.</summary>
/// <param name="Id">The agreement.</param>
/// <param name="Version">Digest of the agreement's text, <c>sha256:…</c>; stands in every event.</param>
/// <param name="Client">Who gives the work.</param>
/// <param name="Vendor">Who does it.</param>
/// <param name="Auditors">Parties that may read its log and terms.</param>
/// <param name="Starts">First moment in which work may be exchanged.</param>
/// <param name="Ends">First moment in which it may no longer.</param>
public sealed record AgreementTerms(
    AgreementId Id,
    string Version,
    PartyId Client,
    PartyId Vendor,
    IReadOnlyList<PartyId> Auditors,
    DateTimeOffset Starts,
    DateTimeOffset Ends)
{
    /// <summary>What <paramref name="party"/> is to this agreement; null for a stranger.</summary>
    public Relation? RelationOf(PartyId party) =>
        party == Client ? Relation.Client
        : party == Vendor ? Relation.Vendor
        : Auditors.Contains(party) ? Relation.Auditor
        : null;
}

/// <summary>What a party is to an agreement.</summary>
public enum Relation
{
    Client,
    Vendor,
    Auditor,
}
