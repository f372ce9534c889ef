namespace SecureExchange.Transparency.Tests;

/// <summary>A generator that gives the same for the same seed (SplitMix64), so that a failed test fails again.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    internal ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 to before <paramref name="end"/>.</summary>
    internal int Below(int end) => (int)(Next() % (ulong)end);

    internal byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)Next();
        return bytes;
    }
}
