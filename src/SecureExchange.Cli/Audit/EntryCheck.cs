using SecureExchange.Transparency.Log;

namespace SecureExchange.Cli.Audit;

/// <summary>What is asked of each entry whose hash is right.</summary>
/// <param name="Take">Null, or what is wrong with it.</param>
/// <param name="Chain">What the entries say of each other, as <paramref name="Take"/> has fed it.</param>
internal sealed record EntryCheck(Func<LogEntry, string?> Take, EventChain Chain);
