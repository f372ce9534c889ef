namespace SecureExchange.Gateway.Audit;

/// <summary>The store holds an older state of a log than the database knows: nothing may go on under it.</summary>
public sealed class LogRolledBackException(LogName log)
    : Exception($"the log {log} has fewer entries than have happened: the store lost them, or was put back; restore it from a backup");
