namespace SecureExchange.Gateway.Intake;

/// <summary>What one file may ask of the gateway.</summary>
/// <param name="MaxFileBytes">Decompression bomb: the most bytes that a message may unpack to.</param>
public sealed record IntakeLimits(long MaxFileBytes);
