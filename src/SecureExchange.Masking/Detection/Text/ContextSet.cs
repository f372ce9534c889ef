using System.Runtime.CompilerServices;

namespace SecureExchange.Masking.Detection.Text;

/// <summary>The entities that a word speaks for, by their index: a bit for each.</summary>
[InlineArray(Size / 64)]
internal struct ContextSet
{
    /// <summary>One more than the highest index.</summary>
    public const int Size = 256;

    private ulong _bits;

    public readonly bool IsEmpty => (this[0] | this[1] | this[2] | this[3]) == 0;

    public readonly bool Has(int entity) => (this[entity >> 6] >> (entity & 63) & 1) != 0;

    public readonly ContextSet With(int entity)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(entity, Size);
        var set = this;
        set[entity >> 6] |= 1UL << (entity & 63);
        return set;
    }

    /// <summary>Adds what another set has.</summary>
    public void Add(in ContextSet other)
    {
        for (var i = 0; i < Size / 64; i++) this[i] |= other[i];
    }
}
