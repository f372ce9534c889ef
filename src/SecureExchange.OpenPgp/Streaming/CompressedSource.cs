using System.IO.Compression;
using SecureExchange.OpenPgp.Packets;

namespace SecureExchange.OpenPgp.Streaming;

/// <summary>Decompresses the body of a compressed data packet (RFC 9580 §5.6), within limits that a bomb meets
/// early.</summary>
internal sealed class CompressedSource : OctetSource, IAsyncDisposable
{
    private readonly SourceStream _input;
    private readonly BZip2Source? _bzip2;
    private readonly Stream _inflated;
    private readonly PgpLimits _limits;
    private long _written;

    public CompressedSource(OctetSource body, CompressionAlgorithm algorithm, PgpLimits limits)
    {
        _limits = limits;
        _input = new SourceStream(body);
        if (algorithm == CompressionAlgorithm.BZip2) _bzip2 = new BZip2Source(new StreamSource(_input));
        _inflated = algorithm switch
        {
            CompressionAlgorithm.Uncompressed => _input,
            CompressionAlgorithm.Zip => new DeflateStream(_input, CompressionMode.Decompress),
            CompressionAlgorithm.Zlib => new ZLibStream(_input, CompressionMode.Decompress),
            CompressionAlgorithm.BZip2 => new SourceStream(_bzip2!),
            _ => throw Throw.Error(
                PgpError.UnsupportedAlgorithm, $"compression algorithm {(byte)algorithm} isn't supported"),
        };
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        int read;
        try
        {
            read = await _inflated.ReadAsync(buffer, ct);
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException && !_input.HasFailed))
        {
            // The second one comes where zlib asks for a dictionary (RFC 1950 §2.2), which OpenPGP hasn't got.
            throw Throw.Error(PgpError.Malformed, "compressed data is broken");
        }

        _written += read;
        if (_written > _limits.FreeDecompression && _written / _limits.MaxCompressionRatio > _input.Count)
            Throw.Limit($"compressed data grows more than {_limits.MaxCompressionRatio} times (MaxCompressionRatio)");
        if (read == 0) await SkipRestAsync(ct);
        return read;
    }

    public ValueTask DisposeAsync()
    {
        _bzip2?.Dispose();
        return _inflated.DisposeAsync();
    }

    /// <summary>Sequoia hides a message's size by octets after the end of the compressed data. They have no
    /// meaning.</summary>
    private async ValueTask SkipRestAsync(CancellationToken ct)
    {
        var forgotten = new byte[4096];
        while (await _input.ReadAsync(forgotten, ct) > 0) { }
    }
}
