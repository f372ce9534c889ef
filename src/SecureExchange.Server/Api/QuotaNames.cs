using SecureExchange.Gateway.Intake;

namespace SecureExchange.Server.Api;

/// <summary>What quotas are called in answers and metrics.</summary>
internal static class QuotaNames
{
    internal static string Of(QuotaLimit limit) => limit switch
    {
        QuotaLimit.DayBytes => "day-bytes",
        QuotaLimit.DayTransfers => "day-transfers",
        QuotaLimit.StoredBytes => "stored-bytes",
    };

    internal static string Of(QuotaScope scope) => scope switch
    {
        QuotaScope.Party => "party",
        QuotaScope.Agreement => "agreement",
    };
}
