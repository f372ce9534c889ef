using System.Buffers;

namespace SecureExchange.Masking.Files;

/// <summary>What a compressor writes to: the output of the call that is running.</summary>
internal sealed class WriterStream : Stream
{
    public IBufferWriter<byte>? Output { get; set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException("written once, from front to back");

    public override long Position
    {
        get => throw new NotSupportedException("written once, from front to back");
        set => throw new NotSupportedException("written once, from front to back");
    }

    public override void Write(ReadOnlySpan<byte> buffer) => Output?.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("write only");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("written once, from front to back");

    public override void SetLength(long value) => throw new NotSupportedException("written once, from front to back");
}
