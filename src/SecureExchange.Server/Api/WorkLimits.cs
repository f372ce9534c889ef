using System.Globalization;
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

    internal static void AddWorkLimits(this IServiceCollection services, RateLimits rates) => services.AddRateLimiter(limits =>
    {
        limits.GlobalLimiter = rates.Create();
        limits.AddPolicy(Policy, http => RateLimitPartition.GetConcurrencyLimiter(
            http.Features.Get<SignedIn>()?.Caller.Party.Value ?? "", _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = AtOnce,
                QueueLimit = Waiting,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }));
        limits.OnRejected = async (rejected, _) =>
        {
            // Only what counts requests says when to come again; what counts work can't know.
            var isRate = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var pause);
            rejected.HttpContext.Response.Headers.RetryAfter = isRate
                ? Math.Max(1, (int)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture)
                : "5";
            await (isRate
                ? Problems.Of(429, "gateway.rate-limited", "you, or your organisation, make more requests than the operator allows; go on after Retry-After")
                : Problems.Of(429, "gateway.busy", "your organisation has too many files on their way at once; try again in a moment"))
                .ExecuteAsync(rejected.HttpContext);
        };
    });
}
