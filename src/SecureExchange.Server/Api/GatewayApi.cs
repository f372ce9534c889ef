using SecureExchange.Gateway;
using SecureExchange.Gateway.Storage;

namespace SecureExchange.Server.Api;

/// <summary>What the gateway tells everybody: its certificate, and whether it's well.</summary>
internal static class GatewayApi
{
    internal static void MapGateway(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/gateway/certificate", (ExchangeGateway gateway) =>
            TypedResults.Text(gateway.Certificate.ToArmor(), "application/pgp-keys")).AllowAnonymous();
        routes.MapGet("/health/live", () => TypedResults.Text("live\n")).AllowAnonymous();
        routes.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
        routes.MapGet("/metrics", (MetricsPage page) => TypedResults.Text(page.Render(), "text/plain; version=0.0.4")).AllowAnonymous();
    }

    private static async Task<IResult> ReadyAsync(HttpContext http, ExchangeGateway gateway)
    {
        try
        {
            await gateway.Blobs.CheckAsync(http.RequestAborted);
            return TypedResults.Text("ready\n");
        }
        catch (BlobStoreException)
        {
            return TypedResults.Text("not ready: the blob store is away\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
