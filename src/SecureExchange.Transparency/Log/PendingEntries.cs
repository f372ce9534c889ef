namespace SecureExchange.Transparency.Log;

/// <summary>The entries that wait, in the order they came, and whether somebody is at work on them.</summary>
internal sealed class PendingEntries(LogOptions options)
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingEntry> _queue = new();
    private TaskCompletionSource? _idle;
    private LogUnavailableException? _refusal;
    private long _bytes;
    private bool _isDraining;

    /// <summary>Lets an entry wait.</summary>
    /// <returns>Whether the caller must see to it that the entries are drained: nobody else does.</returns>
    /// <exception cref="LogUnavailableException">Nothing is taken any more, or too much waits.</exception>
    internal bool Add(PendingEntry pending)
    {
        lock (_lock)
        {
            // A new one for each caller: a thrown exception carries its stack.
            if (_refusal is not null) throw new LogUnavailableException(_refusal.Reason, _refusal.InnerException);
            if (_bytes + pending.Length > options.MaxPendingBytes && _queue.Count > 0)
                throw new LogUnavailableException(LogUnavailableReason.Overloaded);
            _bytes += pending.Length;
            _queue.Enqueue(pending);
            if (_isDraining) return false;
            return _isDraining = true;
        }
    }

    /// <summary>The next batch, at least one entry; empty when none wait, and then the drainer's work is over.</summary>
    internal List<PendingEntry> Take()
    {
        lock (_lock)
        {
            var batch = new List<PendingEntry>(Math.Min(_queue.Count, options.MaxBatchEntries));
            long bytes = 0;
            while (_queue.TryPeek(out var next) && batch.Count < options.MaxBatchEntries
                && (batch.Count == 0 || bytes + next.Length <= options.MaxBatchBytes))
            {
                bytes += next.Length;
                batch.Add(_queue.Dequeue());
            }

            _bytes -= bytes;
            _isDraining = batch.Count > 0;
            if (!_isDraining)
            {
                _idle?.SetResult();
                if (_queue.Capacity > 64) _queue.TrimExcess(); // Ten thousand logs that were busy once.
            }

            return batch;
        }
    }

    /// <summary>Takes nothing from now on. What waits is still drained.</summary>
    /// <returns>Ends when nothing is being drained.</returns>
    internal Task CloseAsync(LogUnavailableException refusal)
    {
        lock (_lock)
        {
            _refusal ??= refusal;
            if (!_isDraining) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>Why nothing is taken any more; null while entries are.</summary>
    internal LogUnavailableException? Refusal
    {
        get
        {
            lock (_lock) return _refusal;
        }
    }
}
