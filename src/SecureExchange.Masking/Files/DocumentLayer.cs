using System.Buffers;

namespace SecureExchange.Masking.Files;

/// <summary>A file that has to be there whole before it can be read. It is held in memory, up to a limit.</summary>
internal abstract class DocumentLayer(MaskingLimits limits) : FileLayer
{
    private readonly HeldBytes _held = new();

    public sealed override void Push(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        if (_held.Length + (long)piece.Length > limits.MaxDocument)
            throw new RecordException(RecordError.ContainerTooLarge, 0, null, $"larger than {limits.MaxDocument} bytes, and it has to be read as a whole");
        _held.Write(piece);
    }

    public sealed override void Complete(IBufferWriter<byte> output) => Run(_held.Written, output);

    public override void Dispose() => _held.Dispose();

    /// <summary>Reads the document and writes it again.</summary>
    protected abstract void Run(ReadOnlySpan<byte> document, IBufferWriter<byte> output);
}
