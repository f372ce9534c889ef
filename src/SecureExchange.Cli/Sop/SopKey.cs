using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Cli.Sop;

/// <summary>A secret key that was opened.</summary>
/// <param name="Key">The key.</param>
/// <param name="Password">What opened it, so that it can be locked again; null for one without protection.</param>
internal sealed record SopKey(SecretKey Key, SopPassword? Password);
