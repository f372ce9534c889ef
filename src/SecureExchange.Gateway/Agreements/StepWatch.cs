using System.Text.Json;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Log;

namespace SecureExchange.Gateway.Agreements;

/// <summary>Holds what the logs say was done against what the database says: the other way round than <see cref="StepWitness"/>, which
/// believes no step that its log hasn't. A suspension, a revocation or a denial that was taken out of the database is missed here.</summary>
/// <remarks>At its turn, at the start and once a day, a log is read whole; in between what is new in it. Whether a step is still there
/// that was there before is one count each time. Not for several callers at once.</remarks>
public sealed class StepWatch
{
    private readonly AuditLog _log;
    private readonly StepStore _steps;
    private readonly StepWitness _witness;
    private readonly TimeProvider _clock;
    private readonly Turns<AgreementId> _turns;

    /// <summary>How far each log was read, and how many steps that had.</summary>
    private readonly Dictionary<AgreementId, (long Size, long Steps)> _read = [];

    internal StepWatch(
        AuditLog log, StepStore steps, StepWitness witness, Func<CancellationToken, Task<IReadOnlyList<AgreementId>>> agreements, TimeProvider clock)
    {
        (_log, _steps, _witness, _clock) = (log, steps, witness, clock);
        _turns = new Turns<AgreementId>(TimeSpan.FromDays(1), agreements);
    }

    /// <summary>Looks at what is due, at what has moved, and at what was found wrong before.</summary>
    /// <returns>What was found, this time.</returns>
    public async Task<IReadOnlyList<(LogName Log, string Finding)>> RunAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        var due = (await _turns.DueAsync(now, ct)).ToHashSet();
        var found = new List<(LogName, string)>();
        foreach (var id in due.Union(_witness.Missing).Union(await MovedAsync()).ToList())
        {
            var isKnown = _witness.Missing.Contains(id);
            try
            {
                if (await MissingAsync(id, whole: due.Contains(id) || isKnown, ct) is not { } kind) _witness.Found(id);
                else if (_witness.Miss(id, kind) is var finding && !isKnown)
                {
                    found.Add((LogName.Of(id), finding));
                    await _log.AppendAsync(new LogDiffers(await _log.TagOfAsync(LogName.Of(id))));
                }
            }
            catch (Exception e) when (e is TransparencyException or LogUnavailableException or LogRolledBackException or BlobStoreException)
            {
                // A damaged log, or a store that is away: its own watch says so, and this one looks again.
            }
        }

        _turns.Done(now);
        return found;
    }

    private async Task<IReadOnlyList<AgreementId>> MovedAsync()
    {
        var moved = new List<AgreementId>();
        foreach (var (name, size) in await _log.OpenSizesAsync())
        {
            if (AgreementId.TryParse(name.Value, out var id) && _read.GetValueOrDefault(id).Size != size) moved.Add(id);
        }

        return moved;
    }

    /// <returns>The kind of a step that the log has and the database hasn't; null where it has all.</returns>
    private async Task<string?> MissingAsync(AgreementId id, bool whole, CancellationToken ct)
    {
        var before = whole ? default : _read.GetValueOrDefault(id);
        // One that was there and isn't any more: which one, only the whole log tells.
        if (before.Steps > await _steps.CountAsync(id, before.Size, ct)) before = default;
        var (size, steps) = before;
        var kinds = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var entry in _log.ReadAsync(LogName.Of(id), size, long.MaxValue, ct))
        {
            size = entry.Index + 1;
            if (entry.Data.Span.IndexOf("\"step\""u8) < 0) continue;
            using var json = JsonDocument.Parse(entry.Data);
            if (!json.RootElement.TryGetProperty("step", out var step) || step.GetString() is not { } text) continue;
            kinds[text] = json.RootElement.GetProperty("kind").GetString()!;
        }

        steps += kinds.Count;
        foreach (var known in kinds.Count == 0 ? [] : await _steps.KnownAsync(id, ct)) kinds.Remove(known);
        if (kinds.Count > 0) return kinds.Values.First();
        _read[id] = (size, steps);
        return null;
    }
}
