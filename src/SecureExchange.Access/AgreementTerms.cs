using System.Net;

namespace SecureExchange.Access;

/// <summary>What of one version of an agreement decides who may do what.</summary>
/// <param name="Id">The agreement.</param>
/// <param name="Version">Digest of the version's canonical text, <c>sha256:…</c>; stands in every event.</param>
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
    /// <summary>Which version this is, from 1.</summary>
    public int Number { get; init; } = 1;

    /// <summary>How far this version has come.</summary>
    public VersionStage Stage { get; init; } = VersionStage.InForce;

    /// <summary>Whether one of the parties, or both, have suspended the agreement.</summary>
    public bool IsSuspended { get; init; }

    /// <summary>Whether one of the parties has ended the agreement.</summary>
    public bool IsEnded { get; init; }

    /// <summary>From where the client's callers may move work; empty: from anywhere.</summary>
    public IReadOnlyList<IPNetwork> ClientNetworks { get; init; } = [];

    /// <summary>From where the vendor's callers may move work; empty: from anywhere.</summary>
    public IReadOnlyList<IPNetwork> VendorNetworks { get; init; } = [];

    /// <summary>When the vendor's people may work; null: always.</summary>
    public WorkingHours? VendorHours { get; init; }

    /// <summary>How single cells are shown; null: never.</summary>
    public RevealTerms? Reveals { get; init; }

    /// <summary>What <paramref name="party"/> is to this agreement; null for a stranger.</summary>
    public Relation? RelationOf(PartyId party) =>
        party == Client ? Relation.Client
        : party == Vendor ? Relation.Vendor
        : Auditors.Contains(party) ? Relation.Auditor
        : null;

    /// <summary>Where the agreement stands at a moment.</summary>
    public AgreementState StateAt(DateTimeOffset now) => this switch
    {
        { IsEnded: true } => AgreementState.Ended,
        { Stage: VersionStage.Proposed } => AgreementState.Proposed,
        { Stage: not VersionStage.InForce } => AgreementState.Draft,
        _ when now >= Ends => AgreementState.Ended,
        _ when now < Starts => AgreementState.Signed,
        { IsSuspended: true } => AgreementState.Suspended,
        _ => AgreementState.Active,
    };
}

/// <summary>How far one version of an agreement has come. Persisted: append only.</summary>
public enum VersionStage
{
    /// <summary>Its author's party alone sees it.</summary>
    Draft = 1,

    /// <summary>Both parties see it, and may sign it.</summary>
    Proposed = 2,

    /// <summary>Signed by both.</summary>
    InForce = 3,

    /// <summary>Taken back by its author's party, or declined by the other.</summary>
    Withdrawn = 4,
}

/// <summary>Where an agreement stands.</summary>
public enum AgreementState
{
    /// <summary>Its first version is being written.</summary>
    Draft,

    /// <summary>Its first version waits for signatures.</summary>
    Proposed,

    /// <summary>Signed by both, and starts later.</summary>
    Signed,

    /// <summary>Work may be exchanged.</summary>
    Active,

    /// <summary>Work rests until whoever suspended it takes it up again.</summary>
    Suspended,

    /// <summary>For good.</summary>
    Ended,
}

/// <summary>What a party is to an agreement.</summary>
public enum Relation
{
    Client,
    Vendor,
    Auditor,
}
