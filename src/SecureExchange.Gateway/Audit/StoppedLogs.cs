using System.Collections.Concurrent;

namespace SecureExchange.Gateway.Audit;

/// <summary>The logs that were found not to be what they were. Nothing is appended to an agreement's log among them, so
/// nothing is taken or released under it, until an operator has had it verified again.</summary>
/// <remarks>The gateway's own log goes on: nothing is released under it, and a gateway that can't log at all couldn't
/// say what it found.</remarks>
public sealed class StoppedLogs
{
    private readonly ConcurrentDictionary<LogName, string> _findings = new();

    /// <summary>What was found, by log.</summary>
    public IReadOnlyDictionary<LogName, string> Findings => _findings;

    /// <exception cref="LogStoppedException">It's one of them.</exception>
    internal void Require(LogName log)
    {
        if (log != LogName.Gateway && _findings.ContainsKey(log)) throw new LogStoppedException(log);
    }

    internal void Stop(LogName log, string finding) => _findings[log] = finding;

    internal void Release(LogName log) => _findings.TryRemove(log, out _);
}

/// <summary>The gateway has found a log not to be what it was.</summary>
public sealed class LogStoppedException(LogName log)
    : Exception($"the log {log} didn't verify when it was last looked at: nothing goes on under it until an operator has it verified again");
