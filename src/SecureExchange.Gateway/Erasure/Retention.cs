using SecureExchange.Access;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Gateway.Erasure;

/// <summary>Erases what an agreement's <c>retention</c> says has been kept long enough; a hold stops it.</summary>
public sealed class Retention
{
    private readonly ErasureStore _erasures;
    private readonly ErasureWork _work;
    private readonly AgreementStore _agreements;
    private readonly TimeProvider _clock;

    internal Retention(ErasureStore erasures, ErasureWork work, AgreementStore agreements, TimeProvider clock) =>
        (_erasures, _work, _agreements, _clock) = (erasures, work, agreements, clock);

    /// <summary>Looks at every agreement once.</summary>
    /// <returns>How many transfers were erased.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var erased = 0;
        foreach (var id in await _agreements.AllAsync(ct))
        {
            if (await _agreements.StandingAsync(id, ct) is not { Retention: { } kept } agreement) continue;
            if (agreement.Terms.Stage != VersionStage.InForce || await _erasures.HoldAsync(id, ct) is not null) continue;
            var due = await _erasures.FindAsync(id, only: null, before: _clock.GetUtcNow() - kept, ct);
            // Long enough after the end nothing is left that the agreement's key would be for.
            var isOver = agreement.Terms.Ends + kept <= _clock.GetUtcNow() && !await _erasures.IsErasedAsync(id, ct);
            if (due.Count == 0 && !isOver) continue;
            await _work.RunAsync(agreement.Terms, caller: null, "retention", [.. due.Select(t => t.Id)], whole: isOver, ct);
            erased += due.Count;
        }

        return erased;
    }
}
