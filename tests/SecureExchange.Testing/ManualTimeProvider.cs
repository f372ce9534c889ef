namespace SecureExchange.Testing;

/// <summary>A clock that stands until a test moves it. Timers run on the real clock: no test here waits on one.</summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    /// <summary>Called before each answer: what asks for the time between two of its steps can be interrupted there.</summary>
    public Action? Asked { get; set; }

    public override DateTimeOffset GetUtcNow()
    {
        Asked?.Invoke();
        return _now;
    }

    public void Advance(TimeSpan by) => _now += by;
}
