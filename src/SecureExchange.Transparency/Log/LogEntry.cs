namespace SecureExchange.Transparency.Log;

/// <summary>An entry and its place in the log, counted from 0.</summary>
public readonly record struct LogEntry(long Index, ReadOnlyMemory<byte> Data);
