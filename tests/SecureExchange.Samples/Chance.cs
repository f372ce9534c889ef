using System.Runtime.CompilerServices;

namespace SecureExchange.Samples;

/// <summary>SplitMix64: the same values on every machine for a seed, and a stream of its own for every row.</summary>
public struct Chance(ulong seed)
{
    private ulong _state = seed;

    public static Chance OfRow(long seed, long row) => new(Mix((ulong)seed + 0x9E3779B97F4A7C15) ^ Mix((ulong)row * 0xD1B54A32D192ED03));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next() => Mix(_state += 0x9E3779B97F4A7C15);

    /// <summary>0 to below a limit.</summary>
    public int Below(int limit) => (int)((Next() >> 32) * (ulong)limit >> 32);

    public int Between(int least, int most) => least + Below(most - least + 1);

    public bool OneIn(int count) => Below(count) == 0;

    public T Of<T>(T[] choices) => choices[Below(choices.Length)];

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
