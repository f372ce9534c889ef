namespace SecureExchange.OpenPgp.Crypto;

/// <summary>Authenticated modes by their numbers (RFC 9580 §9.6).</summary>
public enum AeadAlgorithm : byte
{
    /// <summary>Two passes: for reading, and for readers who have nothing else.</summary>
    Eax = 1,

    /// <summary>What every reader of version 2 data has, and the fastest by far in native programs.</summary>
    Ocb = 2,

    /// <summary>What browsers and other platforms have in their own libraries.</summary>
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
