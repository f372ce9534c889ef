using SecureExchange.Transparency.Checkpoints;

namespace SecureExchange.Gateway.Audit;

/// <summary>One open log's rounds with its witnesses, one at a time. Who comes while one is under way whose checkpoint
/// covers his entry takes its result, failure too; all others share the next: nobody waits for more than two.</summary>
/// <remarks>Only what this process got cosigned counts. A stored cosigned checkpoint may be older, or newer, than the log
/// that is open here: after a rollback it would vouch for entries that no witness has seen.</remarks>
/// <param name="latest">The log's newest checkpoint.</param>
/// <param name="ask">Shows a checkpoint to the witnesses: it with their cosignatures, or null where these are too few.</param>
internal sealed class SharedRounds(Func<Checkpoint> latest, Func<Checkpoint, Task<Checkpoint?>> ask)
{
    private readonly Lock _lock = new();
    private Checkpoint? _cosigned;
    private (long Size, Task<bool> Result)? _running;
    private Task<bool>? _next;

    /// <summary>The newest checkpoint of this open log that enough witnesses have cosigned; null for none.</summary>
    internal Checkpoint? Cosigned
    {
        get
        {
            lock (_lock) return _cosigned;
        }
    }

    /// <summary>Whether enough witnesses have cosigned a checkpoint that covers a published entry.</summary>
    internal Task<bool> CoverAsync(long index)
    {
        lock (_lock)
        {
            if (index < _cosigned?.Size) return Task.FromResult(true);
            if (_running is { Result.IsCompleted: false } running)
                return index < running.Size ? running.Result : _next ??= NextAsync(running.Result);
            return _next ?? Begin();
        }
    }

    private async Task<bool> NextAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        Task<bool> round;
        lock (_lock)
        {
            _next = null;
            round = Begin();
        }

        return await round;
    }

    /// <summary>Holding the lock.</summary>
    private Task<bool> Begin()
    {
        var checkpoint = latest();
        var result = Task.Run(() => RunAsync(checkpoint));
        _running = (checkpoint.Size, result);
        return result;
    }

    private async Task<bool> RunAsync(Checkpoint checkpoint)
    {
        if (await ask(checkpoint) is not { } cosigned) return false;
        lock (_lock) _cosigned = cosigned;
        return true;
    }
}
