using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace SecureExchange.Gateway.Storage;

internal sealed class AzureBlobReader(BlobName name, BlockBlobClient blob, long length, ETag etag, AzureCalls calls)
    : BlobReader(name, length, etag.ToString().Trim('"'))
{
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private protected override async Task<Stream> OpenAsync(long offset, long length, CancellationToken ct)
    {
        var fault = BlobFault.On("read", Name);
        var options = new BlobDownloadOptions
        {
            Range = new HttpRange(offset, length),
            Conditions = new BlobRequestConditions { IfMatch = etag }, // All ranges of one version, whatever happens meanwhile.
        };
        var answer = await calls.RunAsync(fault, t => blob.DownloadStreamingAsync(options, t), ct);
        return new RangeStream(Name, length, answer.Value, fault, calls);
    }

    private sealed class RangeStream(
        BlobName name, long length, BlobDownloadStreamingResult answer, BlobFault fault, AzureCalls calls)
        : BlobRangeStream(name, length)
    {
        private protected override async ValueTask<int> ReadAtAsync(long position, Memory<byte> buffer, CancellationToken ct) =>
            await calls.RunAsync(fault, t => answer.Content.ReadAsync(buffer, t).AsTask(), ct);

        protected override void Dispose(bool disposing)
        {
            if (disposing) answer.Dispose();
            base.Dispose(disposing);
        }
    }
}
