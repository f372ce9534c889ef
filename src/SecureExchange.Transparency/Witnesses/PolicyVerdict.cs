namespace SecureExchange.Transparency.Witnesses;

/// <summary>What a checkpoint's cosignatures are worth under a <see cref="TrustPolicy"/>.</summary>
/// <param name="IsQuorum">Whether enough witnesses have seen it.</param>
/// <param name="Cosignatures">Those that are there and verify, in the policy's order.</param>
public sealed record PolicyVerdict(bool IsQuorum, IReadOnlyList<Cosignature> Cosignatures);
