using System.Runtime.CompilerServices;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Decompresses BZip2, block by block: the format that GnuPG may choose (RFC 9580 §9.4) and .NET lacks.</summary>
/// <remarks>Holds one block (3.6 MB) in memory, and expands it only as far as it is read. Several streams one after the other
/// are read as one; what else follows a stream's end is left alone.</remarks>
internal sealed class BZip2Source : OctetSource, IDisposable
{
    private const ulong BlockMagic = 0x314159265359;
    private const ulong EndMagic = 0x177245385090;
    private const int HeaderSize = 4;
    private const int LevelSize = 100_000;
    private const int RunStart = 4; // So many equal octets, then a count of more.

    private readonly OctetReader _input;
    private readonly BZip2Bits _bits;
    private readonly BZip2Block _block;
    private int _blockSize;
    private uint _blockSum;
    private uint _streamSum;
    private uint _sum;
    private int _equal;
    private int _repeat;
    private byte _previous;
    private bool _inBlock;
    private bool _atEnd;

    public BZip2Source(OctetSource input)
    {
        _input = new OctetReader(input);
        _bits = new BZip2Bits(_input);
        _block = new BZip2Block(_bits);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (!_atEnd)
        {
            if (!_inBlock)
            {
                await NextBlockAsync(ct);
                continue;
            }

            var written = Expand(buffer.Span);
            if (written > 0) return written;
            EndBlock();
        }

        return 0;
    }

    public void Dispose()
    {
        _block.Dispose();
        _input.Dispose();
    }

    private async ValueTask NextBlockAsync(CancellationToken ct)
    {
        await _bits.EnsureAsync(16, ct);
        if (_blockSize == 0 && !TryStart()) Throw.Malformed("compressed data that aren't BZip2");
        var magic = ((ulong)_bits.Take(24) << 24) | _bits.Take(24);
        var sum = _bits.Take(32);
        if (magic == BlockMagic)
        {
            await _block.ReadAsync(_blockSize, ct);
            (_blockSum, _sum, _equal, _repeat, _inBlock) = (sum, uint.MaxValue, 0, 0, true);
            return;
        }

        if (magic != EndMagic) Throw.Malformed("compressed data in which no block starts");
        if (sum != _streamSum) Throw.Malformed("compressed data whose checksum is wrong");
        _bits.Align();
        await _bits.EnsureAsync(HeaderSize, ct);
        _atEnd = !TryStart();
    }

    /// <summary>Starts a stream, if one starts here: "BZh1" to "BZh9", the blocks' size in 100,000 octets.</summary>
    private bool TryStart()
    {
        var header = _bits.Peek(32);
        if (header is < 0x425A6831 or > 0x425A6839) return false;
        _bits.Skip(32);
        (_blockSize, _streamSum) = ((int)(header & 15) * LevelSize, 0);
        return true;
    }

    /// <summary>Four equal octets are followed by how many more there are.</summary>
    private int Expand(Span<byte> output)
    {
        var written = 0;
        while (written < output.Length)
        {
            if (_repeat > 0)
            {
                var count = Math.Min(_repeat, output.Length - written);
                output.Slice(written, count).Fill(_previous);
                written += count;
                _repeat -= count;
                continue;
            }

            if (_block.IsEmpty) break;
            var octet = _block.Next();
            if (_equal == RunStart)
            {
                (_repeat, _equal) = (octet, 0);
                continue;
            }

            _equal = _equal > 0 && octet == _previous ? _equal + 1 : 1;
            _previous = octet;
            output[written++] = octet;
        }

        _sum = BZip2Checksum.Append(_sum, output[..written]);
        return written;
    }

    private void EndBlock()
    {
        _inBlock = false;
        if (~_sum != _blockSum) Throw.Malformed("compressed data whose checksum is wrong");
        _streamSum = System.Numerics.BitOperations.RotateLeft(_streamSum, 1) ^ _blockSum;
    }
}
