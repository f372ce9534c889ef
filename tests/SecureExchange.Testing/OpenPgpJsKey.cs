namespace SecureExchange.Testing;

/// <summary>A key that OpenPGP.js made, binary.</summary>
public sealed record OpenPgpJsKey(byte[] Secret, byte[] Certificate);
