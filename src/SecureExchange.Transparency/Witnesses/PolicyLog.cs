using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Witnesses;

/// <summary>A log that a <see cref="TrustPolicy"/> names.</summary>
/// <param name="Key">Its key; the key's name is the log's origin.</param>
/// <param name="Url">Where it is, or null.</param>
public sealed record PolicyLog(NoteVerifier Key, string? Url);
