namespace SecureExchange.Transparency.Log;

/// <summary>An entry that waits for its place. Its receipt's continuations don't run on the writer's thread.</summary>
/// <remarks>The receipt is null where the entry came too late for the number that it expected.</remarks>
internal sealed class PendingEntry(EntryDraft draft) : TaskCompletionSource<Receipt?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    internal EntryDraft Draft { get; } = draft;

    internal int Length => Draft.MaxLength;
}
