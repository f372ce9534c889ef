namespace SecureExchange.Masking.Files;

/// <summary>A Huffman code of DEFLATE, given by its code lengths (RFC 1951 §3.2.2).</summary>
internal sealed class PrefixCode
{
    private const int Longest = 15;
    private const int TableBits = 10;

    private readonly ushort[] _table = new ushort[1 << TableBits]; // Symbol and length of codes up to TableBits; 0 for others.
    private readonly ushort[] _counts = new ushort[Longest + 1];
    private readonly ushort[] _symbols = new ushort[320];

    /// <exception cref="InvalidDataException">More codes than there is room for, or fewer.</exception>
    public void Build(ReadOnlySpan<byte> lengths)
    {
        Array.Clear(_table);
        Array.Clear(_counts);
        foreach (var length in lengths) _counts[length]++;
        _counts[0] = 0;
        Span<int> codes = stackalloc int[Longest + 2];
        Span<int> places = stackalloc int[Longest + 2];
        codes.Clear();
        places.Clear();
        var left = 1;
        for (var length = 1; length <= Longest; length++)
        {
            left = (left << 1) - _counts[length];
            if (left < 0) throw new InvalidDataException("a code with too many symbols");
            codes[length + 1] = (codes[length] + _counts[length]) << 1;
            places[length + 1] = places[length] + _counts[length];
        }

        // Only a code of one symbol or none may leave codes unused; Decode refuses those.
        if (left > 0 && places[Longest + 1] > 1) throw new InvalidDataException("a code with too few symbols");
        for (var symbol = 0; symbol < lengths.Length; symbol++)
        {
            var length = lengths[symbol];
            if (length == 0) continue;
            _symbols[places[length]++] = (ushort)symbol;
            var code = codes[length]++;
            if (length > TableBits) continue;
            var reversed = 0;
            for (var bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
            for (; reversed < _table.Length; reversed += 1 << length) _table[reversed] = (ushort)((symbol << 4) | length);
        }
    }

    /// <summary>The symbol whose code the lowest bits are, or -1.</summary>
    public int Decode(ulong bits, out int length)
    {
        var entry = _table[bits & ((1 << TableBits) - 1)];
        if (entry != 0)
        {
            length = entry & 15;
            return entry >> 4;
        }

        var (code, first, index) = (0, 0, 0);
        for (length = 1; length <= Longest; length++)
        {
            code |= (int)(bits & 1);
            bits >>= 1;
            var count = _counts[length];
            if (code - count < first) return _symbols[index + code - first];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }

        return -1;
    }
}
