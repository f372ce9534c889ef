using SecureExchange.Gateway.Intake;
using SecureExchange.Masking;
using SecureExchange.OpenPgp;

namespace SecureExchange.Gateway;

/// <summary>Why a file was refused: a stable code, a sentence for its sender, and where. Never the data.</summary>
/// <param name="Code">Stable, such as <c>record.ragged-row</c>.</param>
/// <param name="Message">What was wrong and what to do.</param>
/// <param name="Row">In which record: 1 is the first; 0 is a CSV header or the file as a whole.</param>
/// <param name="Field">In which field, as the profile or the file's header calls it.</param>
public sealed record TransferFault(string Code, string Message, long? Row = null, string? Field = null)
{
    /// <summary>Of a quota that has no room: which, and when there is.</summary>
    public QuotaExcess? Quota { get; init; }

    internal static TransferFault Of(RecordException e) => new(RecordFault.Code(e.Error), e.Message, e.Row, e.Field);

    private static TransferFault Of(PgpException e) => new(PgpFault.Code(e.Error), e.Message);

    /// <summary>What an exception says of the file; null where it isn't the file's doing, but an outage or a bug.</summary>
    internal static TransferFault? From(Exception e) => e switch
    {
        RecordException record => Of(record),
        PgpException pgp => Of(pgp),
        TransferFaultException fault => fault.Fault,
        OperationCanceledException or IOException => Incomplete,
        _ => null,
    };

    /// <summary>The connection broke before the file had come whole.</summary>
    internal static TransferFault Incomplete { get; } = new(
        "transfer.incomplete", "the connection ended before the file had come whole; nothing was kept, send it again");

    /// <summary>A request key that an earlier, different request used.</summary>
    internal static TransferFault KeyReused { get; } = new(
        "request.key-reused", "this Idempotency-Key was used for another request; each request needs a key of its own");

    /// <summary>Whether <see cref="Field"/> may stand in the log: only the profile's own names may, for what a file calls
    /// its columns may be its first row of data.</summary>
    internal string? LoggedField(Masking.Profiles.MaskingProfile profile) =>
        profile.Fields.Any(f => f.Name == Field) ? Field : null;
}
