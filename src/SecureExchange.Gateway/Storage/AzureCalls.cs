using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace SecureExchange.Gateway.Storage;

/// <summary>Runs calls of the Azure SDK in bounded time, and turns its failures into <see cref="BlobStoreException"/>.</summary>
/// <remarks>The messages are made of the status and the error code, since the SDK's own hold URLs and whatever a proxy
/// answered.</remarks>
internal sealed class AzureCalls(TimeSpan patience)
{
    internal async Task<T> RunAsync<T>(BlobFault fault, Func<CancellationToken, Task<T>> call, CancellationToken ct)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(patience);
        try
        {
            return await call(bounded.Token);
        }
        catch (Exception e) when (Translate(fault, e, ct) is { } failure)
        {
            throw failure;
        }
    }

    /// <summary>Whether the service gave this code: compared as text, since an answer from elsewhere has none at all.</summary>
    internal static bool Says(RequestFailedException e, BlobErrorCode code) => e.ErrorCode == code.ToString();

    /// <summary>The designed error for what the SDK threw; null for what isn't a failure of the store.</summary>
    private static BlobStoreException? Translate(BlobFault fault, Exception e, CancellationToken ct) => e switch
    {
        BlobStoreException => null,
        OperationCanceledException when ct.IsCancellationRequested => null,
        OperationCanceledException or TimeoutException => fault.Away("no answer in time", e),
        CredentialUnavailableException => fault.Make(BlobStoreError.NotConfigured, "no Azure identity is configured here", e),
        AuthenticationFailedException => fault.Make(BlobStoreError.Denied, "the Azure identity was refused", e),
        RequestFailedException failed => FromStatus(fault, failed),
        AggregateException { InnerException: { } first } => Translate(fault, first, ct), // Of the retries, the first says most.
        IOException or HttpRequestException => fault.Away("the connection broke", e),
        _ => null,
    };

    private static BlobStoreException FromStatus(BlobFault fault, RequestFailedException e)
    {
        var what = $"the store answered {e.Status} {e.ErrorCode}".TrimEnd();
        if (Says(e, BlobErrorCode.ContainerNotFound)) return fault.Make(BlobStoreError.NotConfigured, what, e);
        if (e.ErrorCode == "BlobImmutableDueToPolicy") return fault.Make(BlobStoreError.Denied, what, e);
        return e.Status switch
        {
            0 => fault.Away("the store can't be reached", e),
            401 or 403 => fault.Make(BlobStoreError.Denied, what, e),
            404 or 412 or 416 => fault.Make(BlobStoreError.Gone, what, e),
            507 => fault.Make(BlobStoreError.StoreFull, what, e),
            _ => fault.Away(what, e),
        };
    }
}
