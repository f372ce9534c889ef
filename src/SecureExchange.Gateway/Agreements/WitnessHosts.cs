using System.Net;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Agreements;

/// <summary>Where the operator allows agreements to have their witnesses.</summary>
/// <param name="allowed">As <c>host:port</c>.</param>
public sealed class WitnessHosts(IReadOnlyList<string> allowed)
{
    /// <exception cref="AgreementException">A witness is elsewhere, or would be spoken to in clear.</exception>
    internal void Require(TrustPolicy? policy)
    {
        foreach (var witness in policy?.Witnesses ?? [])
        {
            if (witness.Url is not { } text) continue;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || !IsSafe(url) || url.Query.Length > 0 || url.UserInfo.Length > 0)
                throw new AgreementException("agreement.witness-refused", "a witness's URL has to be https://, or http:// to this machine, without a query");
            if (!allowed.Contains($"{url.Host}:{url.Port}", StringComparer.OrdinalIgnoreCase))
            {
                throw new AgreementException(
                    "agreement.witness-refused",
                    "the gateway's operator hasn't allowed a witness's host and port; ask him to add it to --witness-hosts");
            }
        }
    }

    private static bool IsSafe(Uri url) => url.Scheme == "https"
        || (url.Scheme == "http" && (url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))));
}
