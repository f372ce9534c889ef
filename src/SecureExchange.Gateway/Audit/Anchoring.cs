using SecureExchange.Access;
using SecureExchange.Transparency;

namespace SecureExchange.Gateway.Audit;

/// <summary>Writes into the gateway's log how long each agreement's log is: of those that have moved each time it is asked, of
/// the others once a day.</summary>
/// <remarks>An agreement that does nothing costs one read a day.</remarks>
/// <param name="log">The logs.</param>
/// <param name="agreements">All agreements there are.</param>
/// <param name="clock">Says when a day is over.</param>
public sealed class Anchoring(AuditLog log, Func<CancellationToken, Task<IReadOnlyList<AgreementId>>> agreements, TimeProvider clock)
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly Dictionary<LogName, long> _sizes = [];
    private DateTimeOffset _wholeAt = DateTimeOffset.MinValue;

    /// <summary>Anchors what has to be. Not for several callers at once.</summary>
    /// <returns>How many logs; those that can't be read are left for the next time.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var isWhole = now - _wholeAt >= s_day;
        var names = isWhole ? (await agreements(ct)).Select(LogName.Of) : log.OpenAgreementLogs;
        var found = new List<(LogName Name, Anchor Anchor)>();
        foreach (var name in names)
        {
            if (await FindAsync(name, ct) is { } anchor && (isWhole || anchor.Size != _sizes.GetValueOrDefault(name))) found.Add((name, anchor));
        }

        foreach (var batch in found.Chunk(CheckpointsAnchored.MaxAnchors))
        {
            await log.AppendAsync(new CheckpointsAnchored([.. batch.Select(item => item.Anchor)]));
            foreach (var (name, anchor) in batch) _sizes[name] = anchor.Size;
        }

        if (isWhole) _wholeAt = now;
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
