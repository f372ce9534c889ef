namespace SecureExchange.OpenPgp.Keys;

/// <summary>What a subkey is for.</summary>
public enum SubkeyUse
{
    /// <summary>To sign data.</summary>
    Sign = 1,

    /// <summary>For others to encrypt to.</summary>
    Encrypt = 2,
}
