using System.Buffers;
using System.Runtime.ExceptionServices;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Files;

/// <summary>All that one batch needs and no other: a codec with its columns, and what is done with them. Several lanes work on batches of
/// one file beside each other.</summary>
/// <remarks>The owner fills the buffer, starts the lane and takes the result, in this order; only between start and result another thread
/// may be at work here. Nothing that two lanes reach may change.</remarks>
internal abstract class Lane : IThreadPoolWorkItem, IDisposable
{
    // Never disposed: it has no handle, and who sets it may still be within it when the waiter goes on.
    private readonly ManualResetEventSlim _isIdle = new(initialState: true, spinCount: 0);
    private readonly int _maxRecord;
    private RecordBuffer? _buffer; // This and the output are wanted only where several lanes work.
    private HeldBytes? _output;
    private ExceptionDispatchInfo? _failure;
    private int _claimed = 1;
    private int _length;
    private long _firstRow;
    private bool _disposed;

    /// <param name="codec">The lane's own.</param>
    /// <param name="maxRecord">See <see cref="MaskingLimits"/>.</param>
    private protected Lane(RecordCodec codec, int maxRecord)
    {
        Codec = codec;
        _maxRecord = maxRecord;
    }

    public RecordCodec Codec { get; }

    /// <summary>Begins with the lane's batch, when that is known.</summary>
    public RecordBuffer Buffer => _buffer ??= new RecordBuffer(_maxRecord);

    /// <summary>Works on the batch that the codec has read, and writes it.</summary>
    public abstract void Work(ReadOnlySpan<byte> batch, IBufferWriter<byte> output);

    /// <summary>Has the first bytes of the buffer worked on, as whole records, by whichever thread comes first.</summary>
    /// <param name="length">Bytes.</param>
    /// <param name="firstRow">The number of the first record.</param>
    public void Start(int length, long firstRow)
    {
        (_length, _firstRow, _failure) = (length, firstRow, null);
        _output ??= new HeldBytes();
        _isIdle.Reset();
        Volatile.Write(ref _claimed, 0);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Takes the result; a busy pool holds nothing up.</summary>
    /// <param name="output">Receives the batch.</param>
    /// <param name="rows">How many the batch must have.</param>
    /// <exception cref="RecordException">The batch can't be worked on; nothing of it is written.</exception>
    public void Finish(IBufferWriter<byte> output, int rows)
    {
        Settle();
        _failure?.Throw();
        if (Codec.Fault is null && Codec.NextRow != _firstRow + rows) throw new InvalidOperationException("the batch was cut where its codec wouldn't");
        output.Write(_output!.Written);
        _output.Clear();
    }

    /// <summary>Waits until what was started is done, or does it here if nobody has begun.</summary>
    public void Settle()
    {
        ((IThreadPoolWorkItem)this).Execute();
        _isIdle.Wait();
    }

    /// <summary>Does the work unless another thread has it, or had it: an entry of the pool's queue may come late.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (Interlocked.Exchange(ref _claimed, 1) != 0) return;
        try
        {
            Codec.Restart(_firstRow);
            var read = Codec.Read(Buffer.Data[.._length], final: false);
            if (Codec.Fault is null && read != _length) throw new InvalidOperationException("the batch was cut where its codec wouldn't");
            Work(Buffer.Data[..read], _output!);
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e); // Thrown where the result is taken.
        }
        finally
        {
            _isIdle.Set();
        }
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        if (Interlocked.Exchange(ref _claimed, 1) != 0) _isIdle.Wait(); // Else it was never begun, and won't be.
        Codec.Zero();
        _buffer?.Dispose();
        _output?.Dispose();
        DisposeWork();
    }

    protected abstract void DisposeWork();
}
