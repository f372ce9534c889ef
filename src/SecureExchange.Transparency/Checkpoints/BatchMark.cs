namespace SecureExchange.Transparency.Checkpoints;

/// <summary>A batch that was committed: where it starts, and the random id that its writer knows it by.</summary>
internal readonly record struct BatchMark(long From, Guid Id);
