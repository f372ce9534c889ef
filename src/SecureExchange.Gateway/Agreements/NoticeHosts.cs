namespace SecureExchange.Gateway.Agreements;

/// <summary>Where the operator allows agreements to have notices about reveals sent.</summary>
/// <param name="allowed">As <c>host:port</c>.</param>
public sealed class NoticeHosts(IReadOnlyList<string> allowed)
{
    /// <exception cref="AgreementException">The webhook is elsewhere, or would be spoken to in clear.</exception>
    internal void Require(Uri? webhook)
    {
        if (webhook is null) return;
        if (!OutgoingUrl.IsSafe(webhook.OriginalString, out _))
            throw new AgreementException("agreement.webhook-refused", "a webhook has to be https://, or http:// to this machine, without user, query and fragment");
        if (!Allows(webhook.OriginalString))
            throw new AgreementException("agreement.webhook-refused", "the gateway's operator hasn't allowed the webhook's host and port; ask him to add it to --notice-hosts");
    }

    /// <summary>Whether something may be sent there: a host that the operator has taken off the list hears no more.</summary>
    internal bool Allows(string url) =>
        OutgoingUrl.IsSafe(url, out var parsed) && allowed.Contains($"{parsed.Host}:{parsed.Port}", StringComparer.OrdinalIgnoreCase);
}
