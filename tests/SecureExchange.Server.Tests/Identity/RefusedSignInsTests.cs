using SecureExchange.Server.Identity;
using SecureExchange.Testing;

namespace SecureExchange.Server.Tests.Identity;

/// <summary>Anybody can send bad tokens, and each event in the log is a durable write.</summary>
public sealed class RefusedSignInsTests
{
    private readonly ManualTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));

    [Fact]
    public void Sixty_refused_tokens_are_logged_one_by_one_and_then_one_event_a_second_counts_the_rest()
    {
        var refused = new RefusedSignIns(_clock);
        Assert.Equal(Enumerable.Repeat(1, 60), Enumerable.Range(0, 60).Select(_ => refused.Count("expired")!.Count));
        for (var i = 0; i < 1000; i++) Assert.Null(refused.Count("expired"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var rest = refused.Count("unknown-key")!;
        Assert.Equal(("unknown-key", 1001), (rest.Reason, rest.Count));
        Assert.Null(refused.Count("expired"));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Null(refused.Count("expired"));
        _clock.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(3, refused.Count("expired")!.Count);
    }

    [Fact]
    public void A_quiet_day_saves_up_no_more_than_sixty()
    {
        var refused = new RefusedSignIns(_clock);
        for (var i = 0; i < 100; i++) refused.Count("expired");
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(60, Enumerable.Range(0, 1000).Count(_ => refused.Count("expired") is not null));
    }

    [Fact]
    public void A_clock_that_is_put_back_lets_nothing_more_in()
    {
        var refused = new RefusedSignIns(_clock);
        for (var i = 0; i < 60; i++) Assert.NotNull(refused.Count("expired"));
        _clock.Advance(TimeSpan.FromHours(-1));
        Assert.Null(refused.Count("expired"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(refused.Count("expired"));
        Assert.Null(refused.Count("expired"));
    }
}
