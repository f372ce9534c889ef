namespace SecureExchange.Transparency.Log;

/// <summary>The entry isn't known to be in the log, so nothing that depends on it may be released. It may or may not
/// turn up later.</summary>
public sealed class LogUnavailableException : Exception
{
    internal LogUnavailableException(LogUnavailableReason reason, Exception? inner = null)
        : base(Describe(reason), inner) => Reason = reason;

    /// <summary>Why.</summary>
    public LogUnavailableReason Reason { get; }

    private static string Describe(LogUnavailableReason reason) => reason switch
    {
        LogUnavailableReason.StoreFailed => "the log's store failed",
        LogUnavailableReason.Inconsistent => "the log's store is inconsistent: nothing is logged until it has been looked at",
        LogUnavailableReason.Overloaded => "too many entries wait for the log's store",
        LogUnavailableReason.Contended => "other writers of the log were faster, time and again",
        LogUnavailableReason.Closed => "the log has been closed",
    };
}
