namespace SecureExchange.OpenPgp.Crypto;

/// <summary>RFC 9580 §9.6.</summary>
internal enum AeadAlgorithm : byte
{
    Eax = 1,
    Ocb = 2,
    Gcm = 3,
}

internal static class AeadAlgorithms
{
    /// <summary>Octets of a nonce; 0 for an algorithm that this engine doesn't have.</summary>
    public static int NonceSize(this AeadAlgorithm algorithm) => algorithm switch
    {
        AeadAlgorithm.Eax => 16,
        AeadAlgorithm.Ocb => 15,
        AeadAlgorithm.Gcm => 12,
        _ => 0,
    };
}
