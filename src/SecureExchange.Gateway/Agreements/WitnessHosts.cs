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
            if (witness.Url is { } url && Fault(url) is { } fault) throw new AgreementException("agreement.witness-refused", fault);
        }
    }

    /// <summary>The operator's own policy, for the gateway's log.</summary>
    /// <exception cref="InvalidOperationException">It isn't one, or names a host that isn't allowed.</exception>
    internal TrustPolicy? ReadPolicy(string? text)
    {
        if (text is null) return null;
        try
        {
            var policy = TrustPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(text));
            if (policy.Logs.Count > 0) throw new InvalidOperationException("the policy of the gateway's witnesses names no log: it is the gateway's own");
            Require(policy);
            return policy;
        }
        catch (Exception e) when (e is Transparency.TransparencyException or AgreementException)
        {
            throw new InvalidOperationException($"the policy of the gateway's witnesses can't be used: {e.Message}", e);
        }
    }

    /// <summary>Whether a witness may be asked there: a host that the operator has taken off the list is asked no more,
    /// whatever older agreements say.</summary>
    internal bool Allows(string url) => Fault(url) is null;

    private string? Fault(string text)
    {
        if (!OutgoingUrl.IsSafe(text, out var url))
            return "a witness's URL has to be https://, or http:// to this machine, without user, query and fragment";
        return allowed.Contains($"{url.Host}:{url.Port}", StringComparer.OrdinalIgnoreCase)
            ? null
            : "the gateway's operator hasn't allowed a witness's host and port; ask him to add it to --witness-hosts";
    }
}
