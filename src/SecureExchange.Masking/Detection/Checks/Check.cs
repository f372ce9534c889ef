namespace SecureExchange.Masking.Detection.Checks;

/// <summary>Says whether what fits a pattern can be what it looks like.</summary>
internal delegate bool Check(ReadOnlySpan<byte> match);
