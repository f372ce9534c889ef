namespace SecureExchange.Cli.SignIn;

/// <summary>Signs a person in with a link of the embedded issuer: <c>https://gateway/sign-in#…</c>, good once.</summary>
internal static class LinkSignIn
{
    internal static async Task<Login> RunAsync(Uri gateway, string link, CancellationToken ct)
    {
        // The part after # is never sent in a request line, so that no proxy writes it down.
        if (!Uri.TryCreate(link, UriKind.Absolute, out var uri) || uri.Fragment.Length < 2)
            throw new CliException(Terminal.Usage, "--link: the whole link, with what comes after #");
        if (uri.Authority != gateway.Authority) throw new CliException(Terminal.Usage, $"--link: that is a link for {uri.Authority}; name it with --url");
        using var client = new GatewayClient(gateway, token: null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/token")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "urn:secureexchange:sign-in-link",
                ["link"] = uri.Fragment[1..],
            }),
        };
        return await TokenAnswer.ReadAsync(client, request, ct);
    }
}
