namespace SecureExchange.Masking.Detection.Patterns;

/// <summary>A set of ASCII bytes.</summary>
internal readonly record struct ByteSet(ulong Low, ulong High)
{
    public static ByteSet Of(byte b) => b < 64 ? new ByteSet(1UL << b, 0) : new ByteSet(0, 1UL << (b - 64));

    public static ByteSet Range(byte first, byte last)
    {
        var set = default(ByteSet);
        for (int b = first; b <= last; b++) set |= Of((byte)b);
        return set;
    }

    public bool Contains(int b) => b < 64 ? (Low >> b & 1) != 0 : b < 128 && (High >> (b - 64) & 1) != 0;

    public ByteSet Complement() => new(~Low, ~High);

    /// <summary>The set with each letter in both cases.</summary>
    public ByteSet WithBothCases()
    {
        const ulong Upper = 0x07fffffe;
        var upper = High & Upper;
        var lower = High >> 32 & Upper;
        return this with { High = High | (upper << 32) | lower };
    }

    public static ByteSet operator |(ByteSet a, ByteSet b) => new(a.Low | b.Low, a.High | b.High);
}
