using SecureExchange.Gateway.Audit;

namespace SecureExchange.Server.Identity;

/// <summary>Lets refused tokens into the log one by one, up to a burst, and then one event a second that counts the rest:
/// anybody can send bad tokens, and each event costs a durable write.</summary>
internal sealed class RefusedSignIns(TimeProvider clock)
{
    private const double Burst = 60;

    private readonly Lock _lock = new();
    private double _room = Burst;
    private DateTimeOffset _last = clock.GetUtcNow();
    private int _uncounted;

    /// <summary>The event for a refused token; null where a later one will count it.</summary>
    internal SignInRefused? Count(string reason)
    {
        lock (_lock)
        {
            _uncounted++;
            var now = clock.GetUtcNow();
            _room = Math.Min(Burst, _room + Math.Max(0, (now - _last).TotalSeconds));
            _last = now;
            if (_room < 1) return null;
            var refused = new SignInRefused(reason, _uncounted);
            _room--;
            _uncounted = 0;
            return refused;
        }
    }
}
