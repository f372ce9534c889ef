using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace SecureExchange.Gateway.Storage;

/// <summary>Blobs in a container of Azure Blob Storage, as block blobs under their names.</summary>
/// <remarks>Write-once is <c>If-None-Match: *</c> and a swap is <c>If-Match</c>, both decided by the service. A request
/// whose answer was lost is sent again by the SDK and then refused because of its own first try; so each write carries a
/// random mark in the blob's metadata, and a refusal counts only where the mark isn't this write's.
/// <para>Transfers carry no checksum beyond TLS: what is stored is sealed, and signed or hashed, by its writer.</para></remarks>
public sealed class AzureBlobStore : BlobStore
{
    internal const string Mark = "mark";

    private readonly BlobContainerClient _container;
    private readonly AzureCalls _calls;

    private AzureBlobStore(BlobContainerClient container, AzureCalls calls) => (_container, _calls) = (container, calls);

    /// <summary>Connects to a container, which must be there unless <see cref="AzureBlobOptions.CreateContainer"/> is set.</summary>
    /// <exception cref="BlobStoreException">It isn't there or can't be reached, or the options don't say how.</exception>
    public static async Task<AzureBlobStore> OpenAsync(AzureBlobOptions options, CancellationToken ct)
    {
        var service = Service(options);
        var store = new AzureBlobStore(service.GetBlobContainerClient(options.Container), new AzureCalls(options.Patience));
        if (options.CreateContainer)
            await store._calls.RunAsync(s_open, t => store._container.CreateIfNotExistsAsync(cancellationToken: t), ct);
        await store.CheckAsync(ct);
        return store;
    }

    private static readonly BlobFault s_open = new("open the container");

    public override Task<BlobWriter> CreateAsync(BlobName name, CancellationToken ct) =>
        Task.FromResult<BlobWriter>(new AzureBlobWriter(name, Client(name), _calls));

    public override async Task<bool> TryPutAsync(BlobName name, ReadOnlyMemory<byte> content, CancellationToken ct) =>
        await PutAsync(BlobFault.On("write", name), name, content, s_absent, ct) is not null;

    public override Task<string?> SwapAsync(
        BlobName name, ReadOnlyMemory<byte> content, string? expectedETag, CancellationToken ct) =>
        PutAsync(BlobFault.On("swap", name), name, content,
            expectedETag is null ? s_absent : new BlobRequestConditions { IfMatch = new ETag(expectedETag) }, ct);

    public override Task<BlobVersion?> GetAsync(BlobName name, CancellationToken ct)
    {
        var fault = BlobFault.On("read", name);
        return _calls.RunAsync(fault, async t =>
        {
            try
            {
                using var answer = (await Client(name).DownloadStreamingAsync(cancellationToken: t)).Value;
                RequireSmall(name, answer.Details.ContentLength);
                var content = new byte[answer.Details.ContentLength];
                await answer.Content.ReadExactlyAsync(content, t);
                return new BlobVersion(content, answer.Details.ETag.ToString());
            }
            catch (RequestFailedException e) when (IsMissing(e))
            {
                return null;
            }
        }, ct);
    }

    public override Task<BlobReader?> OpenReadAsync(BlobName name, CancellationToken ct) =>
        _calls.RunAsync<BlobReader?>(BlobFault.On("read", name), async t =>
        {
            try
            {
                var properties = (await Client(name).GetPropertiesAsync(cancellationToken: t)).Value;
                return new AzureBlobReader(name, Client(name), properties.ContentLength, properties.ETag, _calls);
            }
            catch (RequestFailedException e) when (IsMissing(e))
            {
                return null;
            }
        }, ct);

    public override async IAsyncEnumerable<BlobName> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        if (!BlobName.IsPrefix(prefix)) throw new ArgumentException("not the beginning of a blob's name", nameof(prefix));
        var fault = new BlobFault($"list {prefix}");
        string? next = null;
        do
        {
            // One page for each call, so that each is bounded by itself.
            var (from, found) = (next, default(Page<BlobItem>));
            found = await _calls.RunAsync(fault, async t =>
            {
                await foreach (var page in _container.GetBlobsAsync(prefix: prefix, cancellationToken: t).AsPages(from)) return page;
                return null;
            }, ct);
            foreach (var item in found?.Values ?? [])
            {
                if (BlobName.TryParse(item.Name, out var name)) yield return name;
            }

            next = found?.ContinuationToken;
        }
        while (!string.IsNullOrEmpty(next));
    }

    public override Task<bool> DeleteAsync(BlobName name, CancellationToken ct) =>
        _calls.RunAsync(BlobFault.On("delete", name), async t =>
        {
            try
            {
                await Client(name).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: t);
                return true;
            }
            catch (RequestFailedException e) when (IsMissing(e))
            {
                return false;
            }
        }, ct);

    public override Task CheckAsync(CancellationToken ct) =>
        _calls.RunAsync(s_open, t => _container.GetPropertiesAsync(cancellationToken: t), ct);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The ETag of a refused write that an earlier try of the same write had made; null where another made it.</summary>
    internal static async Task<string?> FindMarkedAsync(BlockBlobClient blob, string mark, CancellationToken ct)
    {
        try
        {
            var properties = (await blob.GetPropertiesAsync(cancellationToken: ct)).Value;
            return properties.Metadata.TryGetValue(Mark, out var found) && found == mark ? properties.ETag.ToString() : null;
        }
        catch (RequestFailedException e) when (IsMissing(e))
        {
            return null;
        }
    }

    internal static string NewMark() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The service's two ways to say that a write's condition doesn't hold.</summary>
    internal static bool IsRefusal(RequestFailedException e) =>
        AzureCalls.Says(e, BlobErrorCode.BlobAlreadyExists) || AzureCalls.Says(e, BlobErrorCode.ConditionNotMet);

    internal static readonly BlobRequestConditions s_absent = new() { IfNoneMatch = ETag.All };

    private static bool IsMissing(RequestFailedException e) => AzureCalls.Says(e, BlobErrorCode.BlobNotFound);

    private BlockBlobClient Client(BlobName name) => _container.GetBlockBlobClient(name.Value);

    private Task<string?> PutAsync(
        BlobFault fault, BlobName name, ReadOnlyMemory<byte> content, BlobRequestConditions conditions, CancellationToken ct)
    {
        RequireSmall(name, content.Length);
        return _calls.RunAsync<string?>(fault, async t =>
        {
            var mark = NewMark();
            var blob = Client(name);
            try
            {
                var written = await blob.UploadAsync(BinaryData.FromBytes(content).ToStream(), new BlobUploadOptions
                {
                    Conditions = conditions,
                    Metadata = new Dictionary<string, string> { [Mark] = mark },
                    TransferOptions = new StorageTransferOptions { InitialTransferSize = MaxSmallLength }, // One request.
                }, t);
                return written.Value.ETag.ToString();
            }
            catch (RequestFailedException e) when (IsRefusal(e) || IsMissing(e))
            {
                return await FindMarkedAsync(blob, mark, t);
            }
        }, ct);
    }

    private static BlobServiceClient Service(AzureBlobOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Patience, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Patience, TimeSpan.FromMinutes(5));
        var client = new BlobClientOptions
        {
            Retry =
            {
                Mode = RetryMode.Exponential,
                MaxRetries = 4,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = TimeSpan.FromSeconds(2),
                NetworkTimeout = options.Patience / 2, // So that a try that hangs leaves time for one more.
            },
        };
        var service = (options.ConnectionStringFile, options.Service) switch
        {
            ({ } path, null) => FromConnectionString(path, client),
            (null, { } uri) => new BlobServiceClient(Encrypted(uri), new DefaultAzureCredential(), client),
            _ => throw NotConfigured("give either a connection string's file or the service's address"),
        };
        Encrypted(service.Uri);
        return service;
    }

    /// <summary>Over plain HTTP anybody on the way could take a token, or answer in the store's place.</summary>
    private static Uri Encrypted(Uri service) => service.Scheme == Uri.UriSchemeHttps || service.IsLoopback
        ? service
        : throw NotConfigured("the service's address isn't https");

    private static BlobServiceClient FromConnectionString(string path, BlobClientOptions client)
    {
        try
        {
            return new BlobServiceClient(File.ReadAllText(path).Trim(), client);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotConfigured("the connection string's file can't be read");
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            throw NotConfigured("the file holds no connection string"); // Without what the SDK says: it may quote it.
        }
    }

    private static BlobStoreException NotConfigured(string why) => s_open.Make(BlobStoreError.NotConfigured, why);
}
