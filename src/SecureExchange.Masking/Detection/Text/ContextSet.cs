namespace SecureExchange.Masking.Detection.Text;

/// <summary>The entities that a word speaks for, by their index.</summary>
internal readonly record struct ContextSet(UInt128 Low, UInt128 High)
{
    /// <summary>One more than the highest index.</summary>
    public const int Size = 256;

    public bool Has(int entity) => entity < 128 ? (Low >> entity & 1) != 0 : (High >> (entity - 128) & 1) != 0;

    public ContextSet With(int entity)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(entity, Size);
        return entity < 128 ? this with { Low = Low | (UInt128.One << entity) } : this with { High = High | (UInt128.One << (entity - 128)) };
    }
}
