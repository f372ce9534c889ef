namespace SecureExchange.Testing;

/// <summary>A clock that stands until a test moves it. Timers run on the real clock: no test here waits on one.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
