using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Intake;

/// <summary>How an intake ended. Each case but <see cref="InProgress"/> is one entry in the log.</summary>
public abstract record IntakeResult
{
    private IntakeResult()
    {
    }

    /// <summary>It's there, whole, logged, and published or held.</summary>
    /// <param name="Transfer">Its id.</param>
    /// <param name="Records">How many rows or objects.</param>
    /// <param name="Fields">How often which field was masked how; empty where <paramref name="Repeated"/>.</param>
    /// <param name="Logged">Its event.</param>
    /// <param name="Repeated">An earlier request with the same key made it; this one changed nothing.</param>
    public sealed record Accepted(
        TransferId Transfer, long Records, IReadOnlyList<MaskedField> Fields, LoggedEvent Logged, bool Repeated) : IntakeResult
    {
        /// <summary>Whether it waits for an approver, and the vendor isn't shown it.</summary>
        public bool IsHeld { get; init; }

        /// <summary>The gates of the profile that hold it; empty where an earlier request made it.</summary>
        public IReadOnlyList<string> GatesNotPassed { get; init; } = [];

        internal static Accepted Again(Transfer made) =>
            new(made.Id, made.Records, [], new LoggedEvent(LogName.Of(made.Agreement), made.Event), Repeated: true) { IsHeld = made.IsHeld };
    }

    /// <summary>The caller may not.</summary>
    public sealed record Denied(Admission.Refused Refusal) : IntakeResult;

    /// <summary>The file may not. Nothing of it was kept.</summary>
    public sealed record Refused(TransferFault Fault, LoggedEvent Logged) : IntakeResult;

    /// <summary>An earlier request with the same key is still running.</summary>
    public sealed record InProgress : IntakeResult;
}
