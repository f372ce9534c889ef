namespace SecureExchange.Access;

/// <summary>How an agreement lets single cells be shown in clear.</summary>
/// <param name="Approvers">The client's people who may approve, each with a key of their own.</param>
/// <param name="Approvals">How many of them it takes.</param>
/// <param name="Purposes">The codes that a request may name.</param>
/// <param name="Minutes">How long an approved value may be looked at.</param>
/// <param name="PerAgentHour">The most requests of one agent within an hour.</param>
/// <param name="PerHour">The most requests under the agreement within an hour.</param>
/// <param name="ExpireHours">How long a request waits for approval.</param>
/// <param name="ReviewHours">Break-glass: a value is shown at once, and the approvers' review is owed within so many hours;
/// null: there is no break-glass.</param>
public sealed record RevealTerms(
    IReadOnlyList<CallerId> Approvers, int Approvals, IReadOnlyList<string> Purposes, int Minutes, int PerAgentHour, int PerHour,
    int ExpireHours, int? ReviewHours);
