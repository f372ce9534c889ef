using System.Threading.RateLimiting;
using SecureExchange.Server.Identity;

namespace SecureExchange.Server.Api;

/// <summary>How much one party may have in work at a time: each file on its way holds memory, however slowly it comes.</summary>
internal static class WorkLimits
{
    /// <summary>The policy of routes that take files.</summary>
    internal const string Policy = "work";

    private const int AtOnce = 8;

    private const int Waiting = 64;

    internal static void AddWorkLimits(this IServiceCollection services) => services.AddRateLimiter(limits =>
    {
        limits.AddPolicy(Policy, http => RateLimitPartition.GetConcurrencyLimiter(
            http.Features.Get<SignedIn>()?.Caller.Party.Value ?? "", _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = AtOnce,
                QueueLimit = Waiting,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }));
        limits.OnRejected = async (rejected, _) =>
        {
            rejected.HttpContext.Response.Headers.RetryAfter = "5";
            await Problems.Of(429, "gateway.busy", "your organisation has too many files on their way at once; try again in a moment")
                .ExecuteAsync(rejected.HttpContext);
        };
    });
}
