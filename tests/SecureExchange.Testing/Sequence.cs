namespace SecureExchange.Testing;

/// <summary>SplitMix64: the same values on every machine for a seed.</summary>
public sealed class Sequence(long seed)
{
    private ulong _state = (ulong)seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int limit) => (int)(Next() % (ulong)limit);

    public T Of<T>(params T[] choices) => choices[Below(choices.Length)];

    public string Text(int most, string alphabet)
    {
        var letters = alphabet.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, Below(most + 1)).Select(_ => letters[Below(letters.Length)].ToString()));
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = (byte)Next();
        return bytes;
    }
}
