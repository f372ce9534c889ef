using System.Security.Cryptography;

namespace SecureExchange.Masking.Files;

/// <summary>DEFLATE (RFC 1951), fed in pieces cut anywhere.</summary>
/// <remarks>The platform's streams pull, and don't say how many bytes of their input belonged to the data: here the file is
/// pushed, a checksum stands right behind the data, and what comes out has to be counted while it comes.</remarks>
internal sealed class Inflater : IDisposable
{
    private const int History = 32 * 1024;
    private const int LongestMatch = 258;

    /// <summary>More than the code lengths of one block take, so that they are never cut.</summary>
    private const int HeaderMargin = 1024;

    private const int SymbolMargin = 16;

    private static ReadOnlySpan<ushort> LengthBases =>
        [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];

    private static ReadOnlySpan<byte> LengthBits => [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];

    private static ReadOnlySpan<ushort> DistanceBases =>
        [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];

    private static ReadOnlySpan<byte> DistanceBits =>
        [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];

    private static ReadOnlySpan<byte> LengthOrder => [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly byte[] _window = new byte[4 * History];
    private readonly PrefixCode _symbols = new();
    private readonly PrefixCode _distances = new();
    private int _length;
    private int _given;
    private ulong _hold;
    private int _bits;
    private Phase _phase;
    private bool _lastBlock;
    private int _stored;

    private enum Phase
    {
        Header,
        Stored,
        Compressed,
        Finished,
    }

    /// <summary>Whether the last block was read to its end.</summary>
    public bool IsFinished => _phase == Phase.Finished;

    /// <summary>Another stream begins.</summary>
    public void Restart()
    {
        (_length, _given, _hold, _bits, _lastBlock) = (0, 0, 0, 0, false);
        _phase = Phase.Header;
    }

    /// <summary>Unpacks what there is.</summary>
    /// <param name="input">From the first byte that wasn't used.</param>
    /// <param name="final">Whether no more will come; without it up to a thousand bytes wait for the next call.</param>
    /// <param name="output">Is given what came out.</param>
    /// <returns>Bytes used.</returns>
    /// <exception cref="InvalidDataException">Not DEFLATE, or cut off.</exception>
    public int Inflate(ReadOnlySpan<byte> input, bool final, InflatedBytes output)
    {
        var at = 0;
        while (_phase != Phase.Finished)
        {
            if (_phase == Phase.Header)
            {
                if (!final && input.Length - at < HeaderMargin) break;
                ReadHeader(input, ref at);
            }
            else if (_phase == Phase.Stored)
            {
                if (!CopyStored(input, ref at, output)) break;
            }
            else if (!ReadSymbols(input, ref at, final, output))
            {
                break;
            }
        }

        // What was read ahead in whole bytes goes back.
        at -= _bits >> 3;
        _bits &= 7;
        _hold &= (1UL << _bits) - 1;
        Give(output);
        return final && !IsFinished ? throw new InvalidDataException("cut off") : at;
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_window);

    private void ReadHeader(ReadOnlySpan<byte> input, ref int at)
    {
        _lastBlock = Take(1, input, ref at) == 1;
        switch (Take(2, input, ref at))
        {
            case 0:
                Take(_bits & 7, input, ref at);
                _stored = Take(16, input, ref at);
                if (Take(16, input, ref at) != (~_stored & 0xFFFF)) throw Bad();
                at -= _bits >> 3; // What was read ahead is data.
                (_hold, _bits) = (0, 0);
                _phase = Phase.Stored;
                break;
            case 1:
                Span<byte> lengths = stackalloc byte[288];
                lengths[..144].Fill(8);
                lengths[144..256].Fill(9);
                lengths[256..280].Fill(7);
                lengths[280..].Fill(8);
                _symbols.Build(lengths);
                lengths[..32].Fill(5);
                _distances.Build(lengths[..32]);
                _phase = Phase.Compressed;
                break;
            case 2:
                ReadCodes(input, ref at);
                _phase = Phase.Compressed;
                break;
            default:
                throw Bad();
        }
    }

    private void ReadCodes(ReadOnlySpan<byte> input, ref int at)
    {
        var symbols = Take(5, input, ref at) + 257;
        var distances = Take(5, input, ref at) + 1;
        var orders = Take(4, input, ref at) + 4;
        if (symbols > 286 || distances > 30) throw Bad();
        Span<byte> lengths = stackalloc byte[320];
        lengths.Clear();
        for (var i = 0; i < orders; i++) lengths[LengthOrder[i]] = (byte)Take(3, input, ref at);
        _symbols.Build(lengths[..19]);
        lengths.Clear();
        for (var i = 0; i < symbols + distances;)
        {
            var code = Decode(_symbols, input, ref at);
            if (code < 16)
            {
                lengths[i++] = (byte)code;
                continue;
            }

            if (code == 16 && i == 0) throw Bad();
            var value = code == 16 ? lengths[i - 1] : (byte)0;
            var repeat = code switch
            {
                16 => 3 + Take(2, input, ref at),
                17 => 3 + Take(3, input, ref at),
                _ => 11 + Take(7, input, ref at),
            };
            if (i + repeat > symbols + distances) throw Bad();
            lengths.Slice(i, repeat).Fill(value);
            i += repeat;
        }

        if (lengths[256] == 0) throw Bad(); // A block that can't end.
        _symbols.Build(lengths[..symbols]);
        _distances.Build(lengths.Slice(symbols, distances));
    }

    /// <returns>Whether the block is done.</returns>
    private bool CopyStored(ReadOnlySpan<byte> input, ref int at, InflatedBytes output)
    {
        while (_stored > 0)
        {
            if (at == input.Length) return false;
            MakeRoom(output);
            var count = Math.Min(_stored, Math.Min(input.Length - at, _window.Length - _length));
            input.Slice(at, count).CopyTo(_window.AsSpan(_length));
            (_length, at, _stored) = (_length + count, at + count, _stored - count);
        }

        EndBlock();
        return true;
    }

    /// <returns>Whether the block is done.</returns>
    private bool ReadSymbols(ReadOnlySpan<byte> input, ref int at, bool final, InflatedBytes output)
    {
        while (final || input.Length - at >= SymbolMargin)
        {
            MakeRoom(output);
            var symbol = Decode(_symbols, input, ref at);
            if (symbol < 256)
            {
                _window[_length++] = (byte)symbol;
                continue;
            }

            if (symbol == 256)
            {
                EndBlock();
                return true;
            }

            if (symbol > 285) throw Bad();
            var length = LengthBases[symbol - 257] + Take(LengthBits[symbol - 257], input, ref at);
            var code = Decode(_distances, input, ref at);
            if (code > 29) throw Bad();
            var distance = DistanceBases[code] + Take(DistanceBits[code], input, ref at);
            if (distance > _length) throw Bad();
            Repeat(distance, length);
        }

        return false;
    }

    private void Repeat(int distance, int length)
    {
        var from = _length - distance;
        if (distance >= length)
        {
            _window.AsSpan(from, length).CopyTo(_window.AsSpan(_length));
            _length += length;
            return;
        }

        for (var i = 0; i < length; i++) _window[_length++] = _window[from + i];
    }

    private void EndBlock() => _phase = _lastBlock ? Phase.Finished : Phase.Header;

    private void MakeRoom(InflatedBytes output)
    {
        if (_window.Length - _length > LongestMatch) return;
        Give(output);
        _window.AsSpan(_length - History, History).CopyTo(_window);
        (_length, _given) = (History, History);
    }

    private void Give(InflatedBytes output)
    {
        if (_given < _length) output(_window.AsSpan(_given, _length - _given));
        _given = _length;
    }

    private int Decode(PrefixCode code, ReadOnlySpan<byte> input, ref int at)
    {
        Refill(input, ref at);
        var symbol = code.Decode(_hold, out var length);
        if (symbol < 0) throw Bad();
        if (length > _bits) throw new InvalidDataException("cut off");
        _hold >>= length;
        _bits -= length;
        return symbol;
    }

    private int Take(int count, ReadOnlySpan<byte> input, ref int at)
    {
        Refill(input, ref at);
        if (count > _bits) throw new InvalidDataException("cut off");
        var value = (int)(_hold & ((1UL << count) - 1));
        _hold >>= count;
        _bits -= count;
        return value;
    }

    private void Refill(ReadOnlySpan<byte> input, ref int at)
    {
        while (_bits <= 56 && at < input.Length)
        {
            _hold |= (ulong)input[at++] << _bits;
            _bits += 8;
        }
    }

    private static InvalidDataException Bad() => new("not DEFLATE");
}

/// <summary>Takes bytes that came out of an <see cref="Inflater"/>.</summary>
internal delegate void InflatedBytes(ReadOnlySpan<byte> bytes);
