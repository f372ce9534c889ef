using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using SecureExchange.Gateway;
using SecureExchange.Server.Api;

namespace SecureExchange.Server;

/// <summary>What an operator watches, in the Prometheus text format. Counts and seconds by route; no ids.</summary>
internal sealed class MetricsPage(ExchangeGateway gateway)
{
    private readonly ConcurrentDictionary<(string Route, string Method, int Status), (long Count, double Seconds)> _requests = new();

    /// <summary>Measures a request.</summary>
    internal async Task MeasureAsync(HttpContext http, RequestDelegate next)
    {
        var start = Stopwatch.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            // The pattern, not the path: a path holds ids, and as many as a stranger likes to send.
            var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            _requests.AddOrUpdate(
                (route, MethodOf(http.Request.Method), http.Response.StatusCode), (1, seconds), (_, sum) => (sum.Count + 1, sum.Seconds + seconds));
        }
    }

    /// <summary>One of the methods that there are: a stranger may send as many words as it likes.</summary>
    private static string MethodOf(string method) => method is "GET" or "POST" or "PUT" or "HEAD" ? method : "other";

    internal string Render()
    {
        var text = new StringBuilder("# TYPE sx_requests_total counter\n# TYPE sx_request_seconds_total counter\n");
        foreach (var ((route, method, status), (count, seconds)) in _requests.OrderBy(r => r.Key))
        {
            var labels = $"{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}";
            text.Append(CultureInfo.InvariantCulture, $"sx_requests_total{labels} {count}\n");
            text.Append(CultureInfo.InvariantCulture, $"sx_request_seconds_total{labels} {seconds:F6}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"# TYPE sx_logs_stopped gauge\nsx_logs_stopped {gateway.Log.Stopped.Findings.Count}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE sx_log_entries_verified_total counter\nsx_log_entries_verified_total {gateway.Watch.Entries}\n");
        text.Append("# TYPE sx_quota_refusals_total counter\n");
        foreach (var ((limit, of), count) in gateway.Quotas.Refusals.OrderBy(r => r.Key))
            text.Append(CultureInfo.InvariantCulture, $"sx_quota_refusals_total{{limit=\"{QuotaNames.Of(limit)}\",of=\"{QuotaNames.Of(of)}\"}} {count}\n");
        text.Append("# TYPE sx_certificates_ending gauge\n");
        foreach (var (days, count) in gateway.CertificateWatch.Ending.OrderBy(e => e.Key)) text.Append(CultureInfo.InvariantCulture, $"sx_certificates_ending{{within_days=\"{days}\"}} {count}\n");
        text.Append("# TYPE process_resident_memory_bytes gauge\n");
        text.Append(CultureInfo.InvariantCulture, $"process_resident_memory_bytes {Environment.WorkingSet}\n");
        return text.ToString();
    }
}
