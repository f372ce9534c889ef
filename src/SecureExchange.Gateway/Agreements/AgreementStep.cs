using SecureExchange.Access;

namespace SecureExchange.Gateway.Agreements;

/// <summary>One thing that a party did to an agreement. What the agreement is follows from all of them, in their log's order.</summary>
/// <param name="Id">Random; stands in its event, so that an interrupted step is found there.</param>
/// <param name="Agreement">To which agreement.</param>
/// <param name="Number">To which version.</param>
/// <param name="Kind">What.</param>
/// <param name="Side">The client or the vendor.</param>
/// <param name="Signature">Of <see cref="StepKind.Signed"/>: the OpenPGP signature of the canonical text.</param>
internal sealed record AgreementStep(
    string Id, AgreementId Agreement, int Number, StepKind Kind, Relation Side, ReadOnlyMemory<byte> Signature = default)
{
    /// <summary>How many entries the log had when the step was noted: its event can't stand before.</summary>
    internal long LogSize { get; init; }

    internal static AgreementStep Of(AgreementId agreement, int number, StepKind kind, Relation side, ReadOnlyMemory<byte> signature = default) =>
        new(Guid.NewGuid().ToString("N"), agreement, number, kind, side, signature);
}

/// <summary>What a party can do to an agreement. Persisted: append only.</summary>
public enum StepKind
{
    /// <summary>Wrote a version.</summary>
    Drafted = 1,

    /// <summary>Showed it to the other party.</summary>
    Proposed = 2,

    /// <summary>Signed it.</summary>
    Signed = 3,

    /// <summary>Took it back, or declined it.</summary>
    Withdrawn = 4,

    /// <summary>Suspended the agreement.</summary>
    Suspended = 5,

    /// <summary>Took back its own suspension.</summary>
    Resumed = 6,

    /// <summary>Ended the agreement for good.</summary>
    Ended = 7,
}
