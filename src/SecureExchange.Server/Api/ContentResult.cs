using SecureExchange.Gateway.Release;

namespace SecureExchange.Server.Api;

/// <summary>Streams a sealed part, whole or a range of it.</summary>
internal sealed class ContentResult(FetchResult.Ready ready) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using (ready)
        {
            var part = ready.Part;
            var headers = httpContext.Response.Headers;
            httpContext.Answer(ready.Logged);
            headers.AcceptRanges = "bytes";
            headers.CacheControl = "no-store";
            headers.ETag = $"\"{part.Digest}\"";
            // Of the whole, also in the answer to a range (RFC 9530 §3): whoever puts ranges together compares it.
            headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(part.Digest["sha256:".Length..]))}:";
            headers["Content-Disposition"] = $"attachment; filename=\"{ready.Transfer.Id}.pgp\"";
            httpContext.Response.ContentType = "application/pgp-encrypted";
            httpContext.Response.ContentLength = ready.Length;
            if (!ready.IsWhole)
            {
                httpContext.Response.StatusCode = StatusCodes.Status206PartialContent;
                headers.ContentRange = $"bytes {ready.Offset}-{ready.Offset + ready.Length - 1}/{part.Size}";
            }

            try
            {
                await ready.CopyToAsync(httpContext.Response.Body, httpContext.RequestAborted);
            }
            catch (Exception e) when (e is DamagedContentException or ReleaseStoppedException && httpContext.Response.HasStarted)
            {
                httpContext.Abort(); // The last piece is missing, and the receiver sees that it is.
            }
        }
    }
}
