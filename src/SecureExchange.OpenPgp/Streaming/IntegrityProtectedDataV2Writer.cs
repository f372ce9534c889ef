using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Encrypts packets into the body of a version 2 symmetrically encrypted and integrity protected data packet
/// (RFC 9580 §5.13.2): chunk by chunk, each in the place where it was collected and in one call, then written in parts.</summary>
internal sealed class IntegrityProtectedDataV2Writer : EncryptedDataWriter
{
    private const int TagSize = AeadCipher.TagSize;

    private readonly MessageOutput _output;
    private readonly ChunkLayout _layout;
    private readonly AeadCipher _cipher;
    private readonly byte[] _nonceStart;
    private readonly byte[] _nonce;

    // Sealed chunks that are yet to be written, then the one that is being collected.
    private readonly byte[] _buffer;
    private int _unsent = Parts.Room;
    private int _chunk;
    private int _fill;
    private long _index;
    private long _sealed;

    public IntegrityProtectedDataV2Writer(MessageOutput output, ChunkLayout layout, SessionKey key)
    {
        _output = output;
        _layout = layout;
        (_cipher, _nonceStart) = layout.Start(key);
        _nonce = new byte[_nonceStart.Length];
        _buffer = ArrayPool<byte>.Shared.Rent(Parts.Room + (2 * Parts.Size) + ChunkRoom);
        layout.Fields.CopyTo(_buffer.AsSpan(_unsent));
        _chunk = _fill = _unsent + layout.Fields.Length;
    }

    public override long Length => _sealed + Collected;

    private int Collected => _fill - _chunk;

    /// <summary>What a chunk takes, and the final tag behind it.</summary>
    private int ChunkRoom => _layout.ChunkSize + (2 * TagSize);

    public override ValueTask StartAsync(CancellationToken ct) =>
        _output.WriteAsync(new[] { (byte)(0xC0 | (byte)PacketType.IntegrityProtectedData) }, ct);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask AppendAsync(ReadOnlyMemory<byte> octets, CancellationToken ct)
    {
        while (!octets.IsEmpty)
        {
            var count = Math.Min(octets.Length, _layout.ChunkSize - Collected);
            octets.Span[..count].CopyInPieces(_buffer.AsSpan(_fill));
            octets = octets[count..];
            _fill += count;
            if (Collected < _layout.ChunkSize) return;
            SealChunk();
            await WritePartsAsync(ct);
        }
    }

    /// <summary>Writes the last chunk, the final tag over how much there was, and the last part.</summary>
    public override async ValueTask CompleteAsync(CancellationToken ct)
    {
        if (Collected > 0) SealChunk();
        Seal(_layout.FinalAssociatedData(_index, _sealed));
        await WritePartsAsync(ct);
        var last = _fill - _unsent;
        var start = _unsent - Parts.Room + Parts.WriteFinal(_buffer.AsSpan(_unsent - Parts.Room), last);
        await _output.WriteAsync(_buffer.AsMemory(start, _fill - start), ct);
    }

    public override void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_buffer.AsSpan(_chunk, Collected)); // All before is encrypted.
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    private void SealChunk()
    {
        _sealed += Collected;
        Seal(_layout.ChunkAssociatedData(_index));
        _index++;
    }

    /// <summary>Encrypts what was collected, puts its tag behind it, and starts anew.</summary>
    private void Seal(ReadOnlySpan<byte> associatedData)
    {
        ChunkLayout.WriteNonce(_nonceStart, _index, _nonce);
        _cipher.Encrypt(_nonce, _buffer.AsSpan(_chunk, Collected), _buffer.AsSpan(_fill, TagSize), associatedData);
        _chunk = _fill += TagSize;
    }

    /// <summary>Writes the whole parts that are at hand. The octet before one that isn't the first was written with the part
    /// before it, so that its length can stand there.</summary>
    private async ValueTask WritePartsAsync(CancellationToken ct)
    {
        for (; _fill - _unsent >= Parts.Size; _unsent += Parts.Size)
        {
            _buffer[_unsent - 1] = Parts.Partial;
            await _output.WriteAsync(_buffer.AsMemory(_unsent - 1, 1 + Parts.Size), ct);
        }

        if (_buffer.Length - _fill >= ChunkRoom) return;
        var rest = _buffer.AsSpan(_unsent, _fill - _unsent);
        rest.CopyInPieces(_buffer.AsSpan(Parts.Room));
        (_unsent, _chunk, _fill) = (Parts.Room, Parts.Room + rest.Length, Parts.Room + rest.Length);
    }
}
