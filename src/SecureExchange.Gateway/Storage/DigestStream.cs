using System.Security.Cryptography;

namespace SecureExchange.Gateway.Storage;

/// <summary>Passes bytes on to another stream, counting and hashing them (SHA-256).</summary>
internal sealed class DigestStream(Stream inner) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException("a digest stream goes forward only");
    }

    /// <summary><c>sha256:…</c> of what has passed. Once.</summary>
    internal string Digest() => $"sha256:{Convert.ToHexStringLower(_hash.GetHashAndReset())}";

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _hash.AppendData(buffer.Span);
        _length += buffer.Length;
        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a digest stream is written to");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("a digest stream goes forward only");

    public override void SetLength(long value) => throw new NotSupportedException("a digest stream goes forward only");

    protected override void Dispose(bool disposing)
    {
        if (disposing) _hash.Dispose();
        base.Dispose(disposing);
    }
}
