using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SecureExchange.Gateway.Keys;

/// <summary>The sealed stream for what the gateway itself must read again: the STREAM construction over AES-256-GCM.</summary>
/// <remarks><code>{ "SXD1" | chunk … | last chunk },  chunk = { ciphertext ≤ 65,536 | tag 16 },  nonce = { 0 ×7 | counter 4 | last 1 }</code>
/// The key is used for this one stream, so counters never repeat. The last chunk is marked in its nonce: cutting chunks
/// off the end, adding or swapping them fails to authenticate. Format: docs/formats/sealed-data.md.</remarks>
internal static class DataSeal
{
    internal const int ChunkSize = 64 * 1024;
    internal const int TagSize = 16;

    internal static ReadOnlySpan<byte> Magic => "SXD1"u8;

    internal static void Nonce(Span<byte> nonce, uint counter, bool last)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[7..], counter);
        nonce[11] = last ? (byte)1 : (byte)0;
    }
}

/// <summary>Seals a stream, chunk by chunk.</summary>
internal sealed class DataSealWriter : IDisposable
{
    private readonly Stream _output;
    private readonly AesGcm _gcm;
    private readonly byte[] _plain = new byte[DataSeal.ChunkSize];
    private readonly byte[] _sealed = new byte[DataSeal.ChunkSize + DataSeal.TagSize];
    private int _held;
    private uint _counter;

    internal DataSealWriter(Stream output, SecretBytes key)
    {
        _output = output;
        _gcm = new AesGcm(key.Span, DataSeal.TagSize);
    }

    internal async ValueTask WriteAsync(ReadOnlyMemory<byte> plaintext, CancellationToken ct)
    {
        while (!plaintext.IsEmpty)
        {
            // A full chunk waits until more comes: only then is it known not to be the last.
            if (_held == DataSeal.ChunkSize) await FlushChunkAsync(last: false, ct);
            var taken = Math.Min(plaintext.Length, DataSeal.ChunkSize - _held);
            plaintext.Span[..taken].CopyTo(_plain.AsSpan(_held));
            _held += taken;
            plaintext = plaintext[taken..];
        }
    }

    internal async ValueTask CompleteAsync(CancellationToken ct) => await FlushChunkAsync(last: true, ct);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_plain);
        _gcm.Dispose();
    }

    private async ValueTask FlushChunkAsync(bool last, CancellationToken ct)
    {
        if (_counter == 0) await _output.WriteAsync(DataSeal.Magic.ToArray(), ct);
        Seal(last);
        await _output.WriteAsync(_sealed.AsMemory(0, _held + DataSeal.TagSize), ct);
        _held = 0;
    }

    private void Seal(bool last)
    {
        Span<byte> nonce = stackalloc byte[12];
        DataSeal.Nonce(nonce, _counter, last);
        _counter = checked(_counter + 1);
        _gcm.Encrypt(nonce, _plain.AsSpan(0, _held), _sealed.AsSpan(0, _held), _sealed.AsSpan(_held, DataSeal.TagSize));
    }
}

/// <summary>Opens what <see cref="DataSealWriter"/> sealed. Only authenticated bytes come out, and the end is the end.</summary>
internal sealed class DataSealReader : IDisposable
{
    private readonly Stream _input;
    private readonly AesGcm _gcm;
    private readonly byte[] _sealed = new byte[DataSeal.ChunkSize + DataSeal.TagSize + 1];
    private readonly byte[] _plain = new byte[DataSeal.ChunkSize];
    private int _held;
    private uint _counter;
    private bool _started;
    private bool _ended;

    internal DataSealReader(Stream input, SecretBytes key)
    {
        _input = input;
        _gcm = new AesGcm(key.Span, DataSeal.TagSize);
    }

    /// <summary>The next chunk; empty at the end. Valid until the next call.</summary>
    /// <exception cref="KeyException">Changed, cut short, or not sealed with this key.</exception>
    internal async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken ct)
    {
        if (_ended) return default;
        if (!_started)
        {
            var magic = new byte[DataSeal.Magic.Length];
            if (await _input.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, ct) < magic.Length
                || !DataSeal.Magic.SequenceEqual(magic)) throw new KeyException(KeyError.Malformed, "sealed data");
            _started = true;
        }

        // One byte more than a chunk: whether it comes tells whether this chunk is the last.
        _held += await _input.ReadAtLeastAsync(_sealed.AsMemory(_held), _sealed.Length - _held, throwOnEndOfStream: false, ct);
        _ended = _held < _sealed.Length;
        var length = (_ended ? _held : _held - 1) - DataSeal.TagSize;
        if (length < 0) throw new KeyException(KeyError.Malformed, "sealed data");
        Open(length);
        _sealed[0] = _sealed[^1];
        _held = 1;
        return _plain.AsMemory(0, length);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_plain);
        _gcm.Dispose();
    }

    private void Open(int length)
    {
        Span<byte> nonce = stackalloc byte[12];
        DataSeal.Nonce(nonce, _counter, _ended);
        _counter = checked(_counter + 1);
        try
        {
            _gcm.Decrypt(nonce, _sealed.AsSpan(0, length), _sealed.AsSpan(length, DataSeal.TagSize), _plain.AsSpan(0, length));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new KeyException(KeyError.WrongKey, "sealed data");
        }
    }
}
