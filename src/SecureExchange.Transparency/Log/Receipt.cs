using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Transparency.Log;

/// <summary>The proof in code that an entry is in a log under a published checkpoint. Only a log makes one.</summary>
public sealed record Receipt
{
    internal Receipt(long index, Checkpoint checkpoint)
    {
        Index = index;
        Checkpoint = checkpoint;
    }

    /// <summary>The log's origin.</summary>
    public string Log => Checkpoint.Origin;

    /// <summary>The entry's place in the log, counted from 0.</summary>
    public long Index { get; }

    /// <summary>The checkpoint under which it was published.</summary>
    public Checkpoint Checkpoint { get; }
}
