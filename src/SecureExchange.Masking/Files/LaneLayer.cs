using System.Buffers;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Files;

/// <summary>The innermost layer where batches can be told apart without reading them: several are worked on beside each other, and
/// come out in their order.</summary>
/// <remarks><code>
/// piece ─► buffer of a lane ─► cut behind its last record ─► lanes work ─► (in order) output, finish
///                     └─ what is left begins the next lane's buffer
/// </code>
/// The head of the file is read by the first lane alone, since the others need to know what it says; so is what stands at the end.</remarks>
internal sealed class LaneLayer(IReadOnlyList<Lane> lanes, BatchFinish finish) : FileLayer
{
    private readonly int[] _rows = new int[lanes.Count];
    private int _filling;
    private int _running; // The ones in front of the one that is filled.
    private long _nextRow = 1;
    private bool _begun;

    /// <summary>How many lanes may work on a file.</summary>
    /// <remarks>A token map is asked for one value at a time, canary rows are told by what stands in front of them, and a codec goes through an
    /// archive's files one after the other.</remarks>
    public static int Count(MaskingProfile profile, RecordCodec codec, MaskingLimits limits) =>
        profile.NeedsMap || profile.HasCanaries || profile.Layout.Container == Container.Zip || !codec.CanBeCut ? 1 : limits.Lanes;

    public override void Push(ReadOnlySpan<byte> piece, IBufferWriter<byte> output)
    {
        while (!piece.IsEmpty)
        {
            var buffer = lanes[_filling].Buffer;
            piece = piece[buffer.Fill(piece)..];
            if (!buffer.IsFull) continue;
            if (_begun && lanes[_filling].Codec.Cut(buffer.Data, out var rows) is > 0 and var length) Start(length, rows, output);
            else RunHere(final: false, output);
        }
    }

    public override void Complete(IBufferWriter<byte> output)
    {
        int left;
        do
        {
            left = lanes[_filling].Buffer.Data.Length;
            RunHere(final: true, output);
        }
        while (lanes[_filling].Buffer.Data.Length is > 0 and var now && now < left);

        if (lanes[_filling].Buffer.Data.Length > 0) throw new InvalidOperationException("the codec left bytes at the end of the file");
    }

    /// <summary>The lanes are their maker's.</summary>
    public override void Dispose()
    {
    }

    private void Start(int length, int rows, IBufferWriter<byte> output)
    {
        var lane = lanes[_filling];
        lane.Start(length, _nextRow);
        _rows[_filling] = rows;
        _nextRow += rows;
        _running++;
        _filling = (_filling + 1) % lanes.Count;
        if (_running == lanes.Count) FinishOldest(output);
        lanes[_filling].Buffer.Restart(lane.Buffer.Data[length..]);
    }

    private void FinishOldest(IBufferWriter<byte> output)
    {
        var oldest = (_filling + lanes.Count - _running) % lanes.Count;
        lanes[oldest].Finish(output, _rows[oldest]);
        _running--;
        Close(lanes[oldest]);
    }

    /// <summary>Has the buffer worked on by this thread, as whatever the codec finds in it.</summary>
    private void RunHere(bool final, IBufferWriter<byte> output)
    {
        while (_running > 0) FinishOldest(output);
        var (codec, buffer) = (lanes[_filling].Codec, lanes[_filling].Buffer);
        if (!_begun) RecordLayer.RequireText(buffer.Data);
        codec.Restart(_nextRow);
        var read = codec.Read(buffer.Data, final);
        lanes[_filling].Work(buffer.Data[..read], output);
        _nextRow = codec.NextRow;
        Close(lanes[_filling]);
        if (!buffer.Consume(read)) throw codec.TooLarge();
        if (_begun || read == 0) return;
        _begun = true;
        foreach (var other in lanes) other.Codec.Continue(codec);
    }

    private void Close(Lane lane)
    {
        finish(lane);
        if (lane.Codec.Fault is { } fault) throw fault; // What is wrong stands behind the rows that were just written.
    }
}

/// <summary>What is done with a batch when it is written: all that has to be done in the order of the file.</summary>
internal delegate void BatchFinish(Lane lane);
