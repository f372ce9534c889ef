using SecureExchange.Gateway;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.OpenPgp.Keys;

namespace SecureExchange.Server.Api;

/// <summary>What the gateway tells everybody: its certificate, and whether it's well.</summary>
internal static class GatewayApi
{
    /// <summary>Of <c>gateway@…</c>, the address in the certificate's user id.</summary>
    private static readonly string s_addressHash = WebKeyDirectory.HashOf("gateway");

    internal static void MapGateway(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/gateway/certificate", (ExchangeGateway gateway) =>
            TypedResults.Text(string.Join('\n', gateway.OwnCertificates.Select(certificate => certificate.ToArmor())), "application/pgp-keys")).AllowAnonymous();
        // Web Key Directory, direct and advanced: mail and OpenPGP clients find the certificate by the gateway's address.
        routes.MapGet("/.well-known/openpgpkey/hu/{hash}", FindCertificate).AllowAnonymous();
        routes.MapGet("/.well-known/openpgpkey/{domain}/hu/{hash}", FindCertificate).AllowAnonymous();
        routes.MapGet("/.well-known/openpgpkey/policy", () => TypedResults.Text("")).AllowAnonymous();
        routes.MapGet("/.well-known/openpgpkey/{domain}/policy", () => TypedResults.Text("")).AllowAnonymous();
        routes.MapGet("/health/live", () => TypedResults.Text("live\n")).AllowAnonymous();
        routes.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
        routes.MapGet("/metrics", (MetricsPage page) => TypedResults.Text(page.Render(), "text/plain; version=0.0.4")).AllowAnonymous();
    }

    private static IResult FindCertificate(ExchangeGateway gateway, string hash) => hash == s_addressHash
        ? TypedResults.Bytes((byte[])[.. gateway.OwnCertificates.SelectMany(certificate => certificate.ToBytes())], "application/octet-stream")
        : Problems.NotFound();

    private static async Task<IResult> ReadyAsync(HttpContext http, ExchangeGateway gateway)
    {
        try
        {
            await gateway.Blobs.CheckAsync(http.RequestAborted);
            var stopped = gateway.Log.Stopped.Findings;
            if (stopped.ContainsKey(LogName.Gateway))
                return TypedResults.Text("not ready: the gateway's own log doesn't verify\n", statusCode: StatusCodes.Status503ServiceUnavailable);
            return TypedResults.Text(stopped.Count == 0 ? "ready\n" : $"ready, but {stopped.Count} agreements' logs don't verify: nothing goes on under them\n");
        }
        catch (BlobStoreException)
        {
            return TypedResults.Text("not ready: the blob store is away\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
