namespace SecureExchange.Gateway.Audit;

/// <summary>An event is in the log, and fewer witnesses have seen that than the agreement asks for: nothing may be
/// released.</summary>
public sealed class NotWitnessedException(LogName log, long index)
    : Exception($"entry {index} of the log {log} isn't cosigned by its agreement's quorum of witnesses");
