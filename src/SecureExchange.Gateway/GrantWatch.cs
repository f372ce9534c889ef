using System.Diagnostics;
using SecureExchange.Access;

namespace SecureExchange.Gateway;

/// <summary>Asks again, while bytes flow, whether what was granted when they began still is: an agreement that is suspended or ended, and
/// hours that are over, end what is on its way too.</summary>
/// <remarks>Asked at most once a second: what a second lets through is the price of not asking the database at every piece.</remarks>
internal sealed class GrantWatch(Func<Task<DenialReason?>> withdrawn)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private long _asked = Stopwatch.GetTimestamp();

    /// <summary>Asks, where the last answer is older than a second.</summary>
    /// <returns>Why it isn't granted any more; null: it is.</returns>
    internal async ValueTask<DenialReason?> LookAsync()
    {
        if (Stopwatch.GetElapsedTime(_asked) <= s_between) return null;
        var reason = await AskAsync();
        _asked = Stopwatch.GetTimestamp();
        return reason;
    }

    /// <summary>Asks in any case: before the last piece leaves, and before anything is accepted.</summary>
    internal Task<DenialReason?> AskAsync() => withdrawn();
}

/// <summary>What was granted when an upload began isn't any more, so the rest isn't taken and nothing was kept.</summary>
internal sealed class GrantWithdrawnException(DenialReason reason) : Exception($"the grant was withdrawn: {reason}")
{
    internal DenialReason Reason { get; } = reason;
}
