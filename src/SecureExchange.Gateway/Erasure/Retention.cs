using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Erasure;

/// <summary>Erases what an agreement's <c>retention</c> says has been kept long enough; a hold stops it.</summary>
/// <remarks>An agreement of which nothing is due costs one look a day.</remarks>
public sealed class Retention
{
    /// <summary>Agreements that are looked at for the first time since the start, in one go: their texts and logs have to be read.</summary>
    private const int MostUnknown = 250;

    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    private readonly Dictionary<AgreementId, DateTimeOffset> _notBefore = [];
    private readonly ErasureStore _erasures;
    private readonly ErasureWork _work;
    private readonly AgreementStore _agreements;
    private readonly TimeProvider _clock;

    internal Retention(ErasureStore erasures, ErasureWork work, AgreementStore agreements, TimeProvider clock) =>
        (_erasures, _work, _agreements, _clock) = (erasures, work, agreements, clock);

    /// <summary>Looks at the agreements of which something may be due.</summary>
    /// <returns>How many transfers were erased.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        var (erased, unknown) = (0, 0);
        foreach (var id in await _agreements.AllAsync(ct))
        {
            if (_notBefore.TryGetValue(id, out var at) ? at > now : ++unknown > MostUnknown) continue;
            try
            {
                erased += await LookAsync(id, now, ct);
            }
            catch (Exception e) when (e is LogUnavailableException or TransparencyException or LogRolledBackException or LogStoppedException)
            {
                // One agreement's damaged log must not keep what others have to lose.
            }
        }

        return erased;
    }

    private async Task<int> LookAsync(AgreementId id, DateTimeOffset now, CancellationToken ct)
    {
        _notBefore[id] = now + s_day;
        if (await _agreements.StandingAsync(id, ct) is not { Retention: { } kept } agreement) return 0;
        if (agreement.Terms.Stage != VersionStage.InForce) return 0;
        var isHeld = await _erasures.HoldAsync(id, ct) is not null;
        var due = isHeld ? [] : await _erasures.FindAsync(id, only: null, before: now - kept, ct);
        // Long enough after the end nothing is left that the agreement's key would be for.
        var isOver = !isHeld && agreement.Terms.Ends + kept <= now && !await _erasures.IsErasedAsync(id, ct);
        if (due.Count > 0 || isOver) await _work.RunAsync(agreement.Terms, caller: null, "retention", [.. due.Select(t => t.Id)], whole: isOver, ct);
        if (await _erasures.OldestAsync(id, ct) + kept is { } next && next < now + s_day) _notBefore[id] = next; // Of what is held: now.
        return due.Count;
    }
}
