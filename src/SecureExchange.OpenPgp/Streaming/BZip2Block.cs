using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>One block of a BZip2 stream: Huffman codes, move to front, runs of the most recent octet, and the
/// Burrows-Wheeler transform undone.</summary>
internal sealed class BZip2Block(BZip2Bits bits) : IDisposable
{
    /// <summary>256 octets, without the first in the list, which runs stand for; two digits of runs; the end.</summary>
    public const int MaxSymbols = 258;

    private const int MaxCodes = 6;
    private const int GroupSize = 50; // Symbols of one code, before a selector names the next.
    private const int MaxSelectors = 18_002; // What a block of 900,000 octets needs; the format has room for more, and nobody reads them.

    /// <summary>For 900,000 octets 3.6 MB: the lower 8 bits are an octet, the others a place.</summary>
    private uint[] _octets = [];
    private readonly BZip2Code[] _codes = [.. Enumerable.Range(0, MaxCodes).Select(_ => new BZip2Code())];
    private readonly byte[] _selectors = new byte[MaxSelectors];
    private readonly byte[] _front = new byte[256];
    private int _capacity;
    private int _highWater;
    private int _length;
    private int _left;
    private uint _place;

    /// <summary>Whether octets of this block are left.</summary>
    public bool IsEmpty => _left == 0;

    /// <summary>Reads a block behind its checksum.</summary>
    /// <param name="capacity">Octets that it may hold, 900,000 at most.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="PgpException">It breaks the format.</exception>
    public async ValueTask ReadAsync(int capacity, CancellationToken ct)
    {
        Reserve(capacity);
        await bits.EnsureAsync(64, ct);
        // Version 0.9.0 wrote such blocks for want of a better sort; nobody has since 1999.
        if (bits.Take(1) != 0) Throw.Malformed("a randomised block in compressed data, which isn't supported");
        var origin = bits.Take(24);
        var symbols = ReadAlphabet() + 2;
        var (codes, selectors) = await ReadSelectorsAsync(ct);
        for (var code = 0; code < codes; code++)
        {
            await bits.EnsureAsync(symbols * 8, ct); // Far more than codes of any sense need.
            ReadCode(_codes[code], symbols);
        }

        var run = new Run();
        var isAtEnd = false;
        for (var group = 0; !isAtEnd; group++)
        {
            if (group >= selectors) Throw.Malformed("compressed data need more selectors than there are");
            await bits.EnsureAsync(GroupSize * BZip2Code.MaxLength / 8, ct);
            isAtEnd = ReadGroup(_codes[_selectors[group]], symbols - 1, ref run);
        }

        if (origin >= _length) Throw.Malformed("compressed data start beyond their end");
        Untransform((int)origin);
    }

    /// <summary>The next octet of the block, in which runs are still short.</summary>
    public byte Next()
    {
        var entry = _octets[_place];
        _place = entry >> 8;
        _left--;
        return (byte)entry;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_front);
        Release();
    }

    /// <summary>Room is kept from block to block, and from stream to stream: an empty stream of 14 octets must not cost
    /// 3.6 MB.</summary>
    private void Reserve(int capacity)
    {
        _highWater = Math.Max(_highWater, _length); // Of a block that failed, too.
        (_capacity, _length, _left) = (capacity, 0, 0);
        if (_octets.Length >= capacity) return;
        Release();
        _octets = ArrayPool<uint>.Shared.Rent(capacity);
    }

    private void Release()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_octets.AsSpan(0, Math.Max(_highWater, _length))));
        if (_octets.Length > 0) ArrayPool<uint>.Shared.Return(_octets);
        (_octets, _highWater, _length) = ([], 0, 0);
    }

    /// <summary>Which octets there are: 16 bits for groups of 16, then 16 for each group that has some.</summary>
    private int ReadAlphabet()
    {
        var count = 0;
        var groups = bits.Take(16);
        for (var group = 0; group < 16; group++)
        {
            if ((groups & (0x8000u >> group)) == 0) continue;
            var used = bits.Take(16);
            for (var octet = 0; octet < 16; octet++)
            {
                if ((used & (0x8000u >> octet)) != 0) _front[count++] = (byte)((group * 16) + octet);
            }
        }

        if (count == 0) Throw.Malformed("compressed data without an alphabet");
        return count;
    }

    private async ValueTask<(int Codes, int Selectors)> ReadSelectorsAsync(CancellationToken ct)
    {
        var codes = (int)bits.Take(3);
        var selectors = (int)bits.Take(15);
        if (codes is < 2 or > MaxCodes || selectors == 0) Throw.Malformed("compressed data without codes");
        byte[] order = [0, 1, 2, 3, 4, 5];
        for (var i = 0; i < selectors; i++)
        {
            await bits.EnsureAsync(2, ct);
            var place = 0;
            while (bits.Take(1) == 1)
            {
                if (++place >= codes) Throw.Malformed("compressed data select a code that isn't there");
            }

            var selected = order[place];
            order.AsSpan(0, place).CopyTo(order.AsSpan(1));
            order[0] = selected;
            if (i < MaxSelectors) _selectors[i] = selected; // Beyond, they overran others' memory (CVE-2019-12900).
        }

        return (codes, Math.Min(selectors, MaxSelectors));
    }

    /// <summary>Lengths, each as steps from the one before.</summary>
    private void ReadCode(BZip2Code code, int symbols)
    {
        Span<byte> lengths = stackalloc byte[MaxSymbols];
        var length = (int)bits.Take(5);
        for (var symbol = 0; symbol < symbols; symbol++)
        {
            while (true)
            {
                if (length is < 1 or > BZip2Code.MaxLength) Throw.Malformed("compressed data have a code of an impossible length");
                if (bits.Take(1) == 0) break;
                length += bits.Take(1) == 0 ? 1 : -1;
            }

            lengths[symbol] = (byte)length;
        }

        code.Build(lengths[..symbols]);
    }

    /// <returns>Whether the block's end came.</returns>
    private bool ReadGroup(BZip2Code code, int end, ref Run run)
    {
        for (var i = 0; i < GroupSize; i++)
        {
            var symbol = code.Read(bits);
            if (symbol <= 1)
            {
                run.Add(symbol, _capacity);
                continue;
            }

            if (run.Length > 0) AppendRun(ref run);
            if (symbol == end) return true;
            var octet = _front[symbol - 1];
            _front.AsSpan(0, symbol - 1).CopyTo(_front.AsSpan(1));
            _front[0] = octet;
            if (_length >= _capacity) Throw.Malformed("a block of compressed data is larger than it may be");
            _octets[_length++] = octet;
        }

        return false;
    }

    private void AppendRun(ref Run run)
    {
        if (run.Length > _capacity - _length) Throw.Malformed("a block of compressed data is larger than it may be");
        _octets.AsSpan(_length, run.Length).Fill(_front[0]);
        _length += run.Length;
        run = default;
    }

    /// <summary>Puts into each place above its octet where the next octet stands.</summary>
    private void Untransform(int origin)
    {
        Span<int> starts = stackalloc int[256];
        starts.Clear();
        foreach (var octet in _octets.AsSpan(0, _length)) starts[(int)octet]++;
        var sum = 0;
        foreach (ref var start in starts) (start, sum) = (sum, sum + start);
        for (var i = 0; i < _length; i++) _octets[starts[(byte)_octets[i]]++] |= (uint)i << 8;
        _place = _octets[origin] >> 8;
        _left = _length;
    }

    /// <summary>A run's length in digits 1 and 2 of base 2, the lowest first.</summary>
    private struct Run
    {
        private int _weight;

        public int Length { get; private set; }

        public void Add(int digit, int most)
        {
            if (Length > most) Throw.Malformed("a run in compressed data is longer than its block");
            _weight = _weight == 0 ? 1 : _weight * 2;
            Length += _weight << digit;
        }
    }
}
