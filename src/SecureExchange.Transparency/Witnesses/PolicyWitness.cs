namespace SecureExchange.Transparency.Witnesses;

/// <summary>A witness that a <see cref="TrustPolicy"/> names.</summary>
/// <param name="Name">What the policy calls it.</param>
/// <param name="Key">Its key.</param>
/// <param name="Url">Its submission prefix (C2SP tlog-witness), or null.</param>
public sealed record PolicyWitness(string Name, Cosigner Key, string? Url);
