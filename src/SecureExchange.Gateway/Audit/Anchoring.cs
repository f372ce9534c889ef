using SecureExchange.Access;
using SecureExchange.Transparency;

namespace SecureExchange.Gateway.Audit;

/// <summary>Writes into the gateway's log how long each agreement's log is: of those that have moved each time it is asked, of
/// the others once a day.</summary>
/// <remarks>An agreement that does nothing costs one read a day, at its own time of the day.</remarks>
/// <param name="log">The logs.</param>
/// <param name="agreements">All agreements there are.</param>
/// <param name="clock">Says when a day is over.</param>
public sealed class Anchoring(AuditLog log, Func<CancellationToken, Task<IReadOnlyList<AgreementId>>> agreements, TimeProvider clock)
{
    /// <summary>Checkpoints that are read at a time.</summary>
    private const int AtOnce = 16;

    private readonly Dictionary<LogName, long> _sizes = [];
    private readonly Turns<AgreementId> _turns = new(TimeSpan.FromDays(1), agreements);

    /// <summary>Anchors what has to be. Not for several callers at once.</summary>
    /// <returns>How many logs; those that can't be read are left for the next time.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var due = (await _turns.DueAsync(now, ct)).Select(LogName.Of).ToHashSet();
        due.UnionWith(await MovedAsync());
        var count = await AnchorAsync(due, ct);
        _turns.Done(now);
        return count;
    }

    /// <summary>Anchors what has moved, before an end.</summary>
    internal async Task FinishAsync() => await AnchorAsync(await MovedAsync(), CancellationToken.None);

    private async Task<IReadOnlyList<LogName>> MovedAsync() =>
        [.. from open in await log.OpenSizesAsync() where open.Name != LogName.Gateway && open.Size != _sizes.GetValueOrDefault(open.Name) select open.Name];

    private async Task<int> AnchorAsync(IReadOnlyCollection<LogName> names, CancellationToken ct)
    {
        var found = new List<(LogName Name, Anchor Anchor)>();
        foreach (var some in names.Chunk(AtOnce))
        {
            foreach (var (name, anchor) in some.Zip(await Task.WhenAll(some.Select(one => FindAsync(one, ct)))))
            {
                if (anchor is not null) found.Add((name, anchor));
            }
        }

        foreach (var batch in found.Chunk(CheckpointsAnchored.MaxAnchors))
        {
            await log.AppendAsync(new CheckpointsAnchored([.. batch.Select(item => item.Anchor)]));
            foreach (var (name, anchor) in batch) _sizes[name] = anchor.Size;
        }

        return found.Count;
    }

    private async Task<Anchor?> FindAsync(LogName name, CancellationToken ct)
    {
        try
        {
            return await log.AnchorAsync(name, ct);
        }
        catch (TransparencyException)
        {
            return null; // A damaged log: whoever works under its agreement is told, and the others' anchors mustn't wait.
        }
    }
}
