using System.Buffers;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using SecureExchange.OpenPgp.Crypto;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Decrypts data in authenticated chunks. No octet of a chunk comes out before its tag was checked; after a wrong one
/// none does. Whether all chunks were there is known with the final tag, at the end.</summary>
internal sealed class ChunkedData : EncryptedData
{
    private const int TagSize = AeadCipher.TagSize;

    /// <summary>Room to start with: small messages come in chunks of megabytes too.</summary>
    private const int FirstRoom = 64 * 1024;

    private readonly PacketBody _body;
    private readonly ChunkLayout _layout;
    private readonly IReadOnlyList<SessionKey> _sessionKeys;
    private readonly byte[] _nonce;
    private AeadCipher _cipher;
    private byte[] _nonceStart;

    // A chunk, its tag, and behind it what is either the final tag or the next chunk's start.
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstRoom);
    private int _filled;
    private int _at;
    private int _end;
    private long _index;
    private long _plaintext;
    private bool _isAtEnd;

    /// <param name="body">The packet's body, behind its fields.</param>
    /// <param name="layout">Those.</param>
    /// <param name="sessionKeys">One; or several of which one may be right, as of passphrases that are session keys themselves: the
    /// first chunk's tag says which.</param>
    public ChunkedData(PacketBody body, ChunkLayout layout, IReadOnlyList<SessionKey> sessionKeys)
        : base(sessionKeys[0])
    {
        _body = body;
        _layout = layout;
        _sessionKeys = sessionKeys;
        (_cipher, _nonceStart) = layout.Start(SessionKey);
        _nonce = new byte[_nonceStart.Length];
    }

    private int Whole => _layout.ChunkSize + (2 * TagSize);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        while (_at == _end)
        {
            if (_isAtEnd) return 0;
            try
            {
                await FillAsync(ct);
                if (_index == 0 && _sessionKeys.Count > 1) Choose();
                if (!TryTakeChunk()) await _body.SkipAsync(ct);
            }
            catch (PgpException e)
            {
                _isAtEnd = true;
                OuterFailure = e;
                throw;
            }
        }

        var count = Math.Min(buffer.Length, _end - _at);
        _buffer.AsSpan(_at, count).CopyInPieces(buffer.Span);
        _at += count;
        return count;
    }

    public override void Dispose()
    {
        _cipher.Dispose();
        Return(_buffer);
        _buffer = [];
        (_at, _end, _filled, _isAtEnd) = (0, 0, 0, true);
    }

    /// <summary>Reads a whole chunk and what may be the final tag, or all there is.</summary>
    private async ValueTask FillAsync(CancellationToken ct)
    {
        if (_filled == Whole)
        {
            _buffer.AsSpan(Whole - TagSize, TagSize).CopyTo(_buffer);
            _filled = TagSize;
        }

        while (_filled < Whole)
        {
            if (_filled == _buffer.Length) Grow();
            var room = Math.Min(_buffer.Length, Whole) - _filled;
            var read = await _body.FillAsync(_buffer.AsMemory(_filled, room), ct);
            _filled += read;
            if (read < room) return;
        }
    }

    /// <summary>Chooses among several session keys by the tag of what comes first: a chunk, or the final tag where there is
    /// none.</summary>
    private void Choose()
    {
        var end = _filled < Whole ? _filled - TagSize : Whole - TagSize;
        if (end < 0) return;
        var size = Math.Max(0, end - TagSize);
        var tag = _buffer.AsSpan(size, TagSize);
        var associatedData = end > 0 ? _layout.ChunkAssociatedData(0) : _layout.FinalAssociatedData(0, 0);
        var copy = ArrayPool<byte>.Shared.Rent(Math.Max(1, size));
        foreach (var sessionKey in _sessionKeys)
        {
            var (cipher, nonceStart) = _layout.Start(sessionKey);
            _buffer.AsSpan(0, size).CopyTo(copy);
            ChunkLayout.WriteNonce(nonceStart, 0, _nonce);
            if (!cipher.TryDecrypt(_nonce, copy.AsSpan(0, size), tag, associatedData))
            {
                cipher.Dispose();
                continue;
            }

            _cipher.Dispose();
            (_cipher, _nonceStart, SessionKey) = (cipher, nonceStart, sessionKey);
            break;
        }

        CryptographicOperations.ZeroMemory(copy);
        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <returns>False when what follows is worth nothing.</returns>
    private bool TryTakeChunk()
    {
        var isLast = _filled < Whole;
        var behind = _filled - TagSize;
        var end = isLast ? behind : Whole - TagSize;
        _isAtEnd = true; // Unless all goes well.
        if (behind < 0 || (behind > 0 && !TryOpen(end))) return false;
        if (behind > 0) _index++;
        if (!isLast)
        {
            _isAtEnd = false;
            return true;
        }

        ChunkLayout.WriteNonce(_nonceStart, _index, _nonce);
        IsIntact = _cipher.TryDecrypt(
            _nonce, default, _buffer.AsSpan(behind, TagSize), _layout.FinalAssociatedData(_index, _plaintext));
        return true;
    }

    /// <param name="end">Where the chunk's tag ends.</param>
    private bool TryOpen(int end)
    {
        var size = end - TagSize;
        if (size < 0) return false;
        ChunkLayout.WriteNonce(_nonceStart, _index, _nonce);
        var octets = _buffer.AsSpan(0, size);
        if (!_cipher.TryDecrypt(_nonce, octets, _buffer.AsSpan(size, TagSize), _layout.ChunkAssociatedData(_index))) return false;
        (_at, _end) = (0, size);
        _plaintext += size;
        return true;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(Whole, _buffer.Length * 2));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        Return(_buffer);
        _buffer = larger;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length == 0) return;
        CryptographicOperations.ZeroMemory(buffer);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
