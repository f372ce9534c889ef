namespace SecureExchange.OpenPgp.Crypto;

/// <summary>What the passphrases of one key or message may cost together. Whoever made it chose the numbers.</summary>
internal sealed class StretchingBudget(PgpLimits limits)
{
    private const long MostMemory = 1L << 40; // What the engine's Argon2 counts to, whatever the limits say.

    private long _hashed;
    private long _filled;

    /// <exception cref="PgpException">More than <see cref="PgpLimits.MaxS2kOctets"/>.</exception>
    public void SpendHashing(long octets)
    {
        if ((_hashed += octets) > limits.MaxS2kOctets)
            Throw.Limit($"its passphrase takes more hashing than {limits.MaxS2kOctets} octets (MaxS2kOctets)");
    }

    /// <exception cref="PgpException">More than <see cref="PgpLimits.MaxArgon2Memory"/> at once, or
    /// <see cref="PgpLimits.MaxArgon2Octets"/> in all.</exception>
    public void SpendFilling(long memory, int passes)
    {
        if (memory > Math.Min(limits.MaxArgon2Memory, MostMemory))
            Throw.Limit($"its passphrase takes {memory} octets of memory, more than {limits.MaxArgon2Memory} (MaxArgon2Memory)");
        if ((_filled += memory * passes) > limits.MaxArgon2Octets)
            Throw.Limit($"its passphrase fills more memory than {limits.MaxArgon2Octets} octets in all (MaxArgon2Octets)");
    }
}
