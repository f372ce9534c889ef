using SecureExchange.Access;

namespace SecureExchange.Gateway.Reveal;

/// <summary>Somebody's request to see one cell in clear.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Agreement">Under which agreement.</param>
/// <param name="Number">Under which version of it; when another comes into force, nothing more is done to the request.</param>
/// <param name="Version">That version's digest.</param>
/// <param name="Transfer">Of which dispatch, or batch of records.</param>
/// <param name="Record">In which row of it, from 1.</param>
/// <param name="Field">Which field.</param>
/// <param name="Purpose">One of the agreement's codes.</param>
/// <param name="Ticket">The vendor's own reference.</param>
/// <param name="Caller">Who asks, as <c>party/caller</c>.</param>
/// <param name="IsBreakGlass">Whether the value is wanted at once, and reviewed afterwards.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="ExpiresAt">Until when it waits for approval.</param>
public sealed record RevealRequest(
    RevealId Id, AgreementId Agreement, int Number, string Version, TransferId Transfer, long Record, string Field, string Purpose, string Ticket, string Caller,
    bool IsBreakGlass, DateTimeOffset RequestedAt, DateTimeOffset ExpiresAt)
{
    internal byte[] SealedCell { get; init; } = [];

    internal byte[]? SealedSubject { get; init; }
}

/// <summary>One thing that happened to a request.</summary>
/// <param name="Id">Random; stands in its event.</param>
/// <param name="Reveal">To which request.</param>
/// <param name="Kind">What.</param>
/// <param name="Caller">By whom, as <c>party/caller</c>.</param>
/// <param name="At">When, by the gateway's clock.</param>
/// <param name="Signature">Of an approval or a review: the OpenPGP signature of <see cref="RevealText"/>.</param>
internal sealed record RevealStep(
    string Id, RevealId Reveal, RevealStepKind Kind, string Caller, DateTimeOffset At, ReadOnlyMemory<byte> Signature = default)
{
    internal static RevealStep Of(RevealId reveal, RevealStepKind kind, Caller caller, DateTimeOffset at, ReadOnlyMemory<byte> signature = default) =>
        new(Guid.NewGuid().ToString("N"), reveal, kind, caller.ToString(), at, signature);
}

/// <summary>What can happen to a request. Persisted: append only.</summary>
public enum RevealStepKind
{
    Requested = 1,
    Approved = 2,
    Denied = 3,
    Withdrawn = 4,
    Shown = 5,
    Reviewed = 6,
}

/// <summary>How a request stands.</summary>
public enum RevealState
{
    /// <summary>Too few have approved it.</summary>
    Waiting,

    /// <summary>Its value may be looked at.</summary>
    Granted,

    /// <summary>Its minutes are over.</summary>
    Over,

    /// <summary>An approver has said no.</summary>
    Denied,

    /// <summary>Whoever asked has taken it back.</summary>
    Withdrawn,

    /// <summary>Nobody decided in time.</summary>
    Expired,
}
