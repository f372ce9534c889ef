using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Return;

/// <summary>How a return ended. Each case but <see cref="InProgress"/> is one entry in the log.</summary>
public abstract record ReturnResult
{
    private ReturnResult()
    {
    }

    /// <summary>It agrees with what was sent, and is sealed to the client with its real values.</summary>
    public sealed record Accepted(
        Access.TransferId Transfer, long Records, long? MissingRows, int? AddedColumns, LoggedEvent Logged, bool Repeated) : ReturnResult;

    /// <summary>It doesn't: it is sealed to the client as it came, and this is what's wrong.</summary>
    /// <param name="Transfer">Its id.</param>
    /// <param name="Findings">Row by row; null where an earlier request with the same key brought it.</param>
    /// <param name="Logged">Its event.</param>
    public sealed record Quarantined(Access.TransferId Transfer, ReturnFindings? Findings, LoggedEvent Logged) : ReturnResult;

    /// <summary>The caller may not.</summary>
    public sealed record Denied(Admission.Refused Refusal) : ReturnResult;

    /// <summary>The file can't be read as what it should be. Nothing of it was kept.</summary>
    public sealed record Refused(TransferFault Fault, LoggedEvent Logged) : ReturnResult;

    /// <summary>An earlier request with the same key is still running.</summary>
    public sealed record InProgress : ReturnResult;

    internal static ReturnResult Again(Transfer made)
    {
        var logged = new LoggedEvent(LogName.Of(made.Agreement), made.Event);
        return made.State == TransferState.Quarantined
            ? new Quarantined(made.Id, Findings: null, logged)
            : new Accepted(made.Id, made.Records, MissingRows: null, AddedColumns: null, logged, Repeated: true);
    }
}
