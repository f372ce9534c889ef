using System.Threading.RateLimiting;
using SecureExchange.Server.Identity;

namespace SecureExchange.Server.Api;

/// <summary>How many requests a caller and a party may make: nearly each is a durable log entry. And how many sign-ins come
/// from one address: each costs a signature.</summary>
/// <param name="CallerRate">Of one caller, a second.</param>
/// <param name="PartyRate">Of one party, a second.</param>
internal sealed record RateLimits(int CallerRate, int PartyRate)
{
    /// <summary>How many seconds' worth may come at once.</summary>
    private const int Burst = 6;

    private const int SignInRate = 5;
    private const int SignInBurst = 60;

    /// <summary>A limiter of all requests: its leases say when to come again.</summary>
    internal PartitionedRateLimiter<HttpContext> Create() => PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, string>(http => http.Features.Get<SignedIn>() is { } signedIn
            ? Bucket($"{signedIn.Caller.Party}/{signedIn.Caller.Id}", CallerRate, CallerRate * Burst)
            : http.Request.Path.Equals("/v1/token", StringComparison.OrdinalIgnoreCase)
                ? Bucket($"{http.Connection.RemoteIpAddress}", SignInRate, SignInBurst)
                : RateLimitPartition.GetNoLimiter("")),
        PartitionedRateLimiter.Create<HttpContext, string>(http => http.Features.Get<SignedIn>() is { } signedIn
            ? Bucket(signedIn.Caller.Party.Value, PartyRate, PartyRate * Burst)
            : RateLimitPartition.GetNoLimiter("")));

    private static RateLimitPartition<string> Bucket(string key, int rate, int burst) => RateLimitPartition.GetTokenBucketLimiter(
        key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = rate,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
}
