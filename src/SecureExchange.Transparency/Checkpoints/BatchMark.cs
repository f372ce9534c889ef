namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A batch that was committed.</summary>
/// <param name="From">The size of the log before it.</param>
/// <param name="Writer">Which writer: a random number that it took when it opened the log.</param>
/// <param name="Number">The writer's count of its batches, so that it knows each of them again.</param>
internal readonly record struct BatchMark(long From, ulong Writer, long Number);
