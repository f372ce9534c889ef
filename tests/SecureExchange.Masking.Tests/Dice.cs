using SecureExchange.Samples;

namespace SecureExchange.Masking.Tests;

/// <summary>The same throws for a seed on every machine.</summary>
internal sealed class Dice(int seed)
{
    private Chance _chance = Chance.OfRow(seed, 1);

    public int Next(int limit) => limit == 0 ? 0 : _chance.Below(limit);

    public int Next(int least, int limit) => least + Next(limit - least);

    public void NextBytes(Span<byte> bytes)
    {
        foreach (ref var b in bytes) b = (byte)_chance.Next();
    }
}
