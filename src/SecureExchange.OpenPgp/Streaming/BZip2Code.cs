namespace SecureExchange.OpenPgp.Streaming;

/// <summary>One of a BZip2 block's Huffman codes, canonical: shorter codes first, symbols in order within a length.</summary>
internal sealed class BZip2Code
{
    public const int MaxLength = 20;

    private readonly uint[] _limits = new uint[MaxLength + 2]; // The first code beyond each length, in MaxLength bits.
    private readonly int[] _offsets = new int[MaxLength + 2];
    private readonly ushort[] _symbols = new ushort[BZip2Block.MaxSymbols];
    private int _shortest;

    /// <summary>Takes the lengths of another block's code.</summary>
    /// <exception cref="PgpException">There are more codes than their lengths leave room for.</exception>
    public void Build(ReadOnlySpan<byte> lengths)
    {
        Span<int> counts = stackalloc int[MaxLength + 2];
        counts.Clear();
        foreach (var length in lengths) counts[length]++;
        var (code, index) = (0u, 0);
        _shortest = 0;
        for (var length = 1; length <= MaxLength; length++)
        {
            if (_shortest == 0 && counts[length] > 0) _shortest = length;
            _offsets[length] = index - (int)code;
            code += (uint)counts[length];
            if (code > 1u << length) Throw.Malformed("compressed data have an impossible code");
            _limits[length] = code << (MaxLength - length);
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] == length) _symbols[index++] = (ushort)symbol;
            }

            code <<= 1;
        }
    }

    /// <exception cref="PgpException">No symbol has such a code, or the data end.</exception>
    public int Read(BZip2Bits bits)
    {
        var ahead = bits.Peek(MaxLength);
        for (var length = _shortest; length <= MaxLength; length++)
        {
            if (ahead >= _limits[length]) continue;
            bits.Skip(length);
            return _symbols[_offsets[length] + (int)(ahead >> (MaxLength - length))];
        }

        Throw.Malformed("compressed data have a code that stands for nothing");
        return 0;
    }
}
