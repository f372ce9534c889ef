using System.Buffers;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Files;

/// <summary>The innermost layer: records in UTF-8, batch by batch.</summary>
internal sealed class RecordLayer(RecordCodec codec, int maxRecord, BatchWork work) : FileLayer
{
    private readonly RecordBuffer _buffer = new(maxRecord);
    private bool _begun;

    public override void Push(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        while (!piece.IsEmpty)
        {
            piece = piece[_buffer.Fill(piece)..];
            if (_buffer.IsFull) RunBatch(final: false, output);
        }
    }

    public override void Complete(IBufferWriter<byte> output)
    {
        int left;
        do
        {
            left = _buffer.Data.Length;
            RunBatch(final: true, output);
        }
        while (_buffer.Data.Length > 0 && _buffer.Data.Length < left); // What is around the records is a batch of its own.

        if (_buffer.Data.Length > 0) throw new InvalidOperationException("the codec left bytes at the end of the file");
    }

    public override void Dispose() => _buffer.Dispose();

    /// <summary>Refuses a file that is known by its first bytes to be something else.</summary>
    internal static void RequireText(ReadOnlySpan<byte> head)
    {
        if (FileSignature.Of(head) is { } other) throw new RecordException(RecordError.NotUtf8, 0, null, $"the file is no text as the profile has it, but {other}");
    }

    private void RunBatch(bool final, IBufferWriter<byte> output)
    {
        if (!_begun) RequireText(_buffer.Data);
        _begun = true;
        var batch = codec.Read(_buffer.Data, final);
        work(_buffer.Data[..batch], output);
        if (codec.Fault is { } fault) throw fault; // What is wrong stands behind the rows that were just written.
        if (!_buffer.Consume(batch)) throw codec.TooLarge();
    }
}
