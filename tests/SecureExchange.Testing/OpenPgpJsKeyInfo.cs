namespace SecureExchange.Testing;

/// <summary>A primary key or subkey, by OpenPGP.js's names.</summary>
/// <param name="Version">4 or 6.</param>
/// <param name="Fingerprint">Lower-case hex.</param>
/// <param name="Algorithm">As <c>enums.publicKey</c> names it.</param>
/// <param name="Curve">Where the algorithm leaves it open.</param>
/// <param name="Bits">Of an RSA modulus.</param>
public sealed record OpenPgpJsKeyInfo(int Version, string Fingerprint, string Algorithm, string? Curve, int? Bits);
