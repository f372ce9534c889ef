namespace SecureExchange.Transparency.Log;

/// <summary>An entry that waits for its place. Its receipt's continuations don't run on the writer's thread.</summary>
internal sealed class PendingEntry(byte[] entry) : TaskCompletionSource<Receipt>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    internal byte[] Entry { get; } = entry;
}
