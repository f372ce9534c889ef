using SecureExchange.Gateway.Audit;

namespace SecureExchange.Server.Identity;

/// <summary>Counts refused tokens, and lets at most one event a second through: anybody can send bad tokens, and each
/// event costs a durable write.</summary>
internal sealed class RefusedSignIns(TimeProvider clock)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _next = DateTimeOffset.MinValue;
    private int _uncounted;

    /// <summary>The event for a refused token; null where the next one will count it.</summary>
    internal SignInRefused? Count(string reason)
    {
        lock (_lock)
        {
            _uncounted++;
            var now = clock.GetUtcNow();
            if (now < _next) return null;
            var refused = new SignInRefused(reason, _uncounted);
            (_next, _uncounted) = (now + s_pause, 0);
            return refused;
        }
    }
}
