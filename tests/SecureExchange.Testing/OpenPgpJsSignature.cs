namespace SecureExchange.Testing;

/// <summary>A signature, by its issuer's key id (hex), and why it isn't good; null where it is.</summary>
public sealed record OpenPgpJsSignature(string KeyId, string? Refused);
