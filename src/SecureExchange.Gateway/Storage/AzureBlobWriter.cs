using System.Buffers.Binary;
using System.Security.Cryptography;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace SecureExchange.Gateway.Storage;

/// <summary>Stages blocks and commits their list. Blocks that are never committed are invisible, and the service drops
/// them after a week.</summary>
internal sealed class AzureBlobWriter : BlobWriter
{
    /// <summary>Times the service's 50,000 blocks: blobs of up to 390 GiB.</summary>
    private const int BlockSize = 8 * 1024 * 1024;

    private readonly BlockBlobClient _blob;
    private readonly AzureCalls _calls;
    private readonly BlobBlockStream _content;
    private readonly BlobFault _fault;
    private readonly List<string> _blocks = [];

    // Uncommitted blocks belong to a blob's name, not to a writer: with plain numbers, two writers of one name would
    // commit each other's bytes.
    private readonly byte[] _writer = RandomNumberGenerator.GetBytes(16);

    internal AzureBlobWriter(BlobName name, BlockBlobClient blob, AzureCalls calls) : base(name)
    {
        (_blob, _calls, _fault) = (blob, calls, BlobFault.On("write", name));
        _content = new BlobBlockStream(BlockSize, StageAsync);
    }

    public override Stream Content => _content;

    public override async Task CommitAsync(CancellationToken ct)
    {
        await _content.FinishAsync(ct);
        var mark = AzureBlobStore.NewMark();
        var committed = await _calls.RunAsync(_fault, async t =>
        {
            try
            {
                await _blob.CommitBlockListAsync(_blocks, new CommitBlockListOptions
                {
                    Conditions = AzureBlobStore.s_absent,
                    Metadata = new Dictionary<string, string> { [AzureBlobStore.Mark] = mark },
                }, t);
                return true;
            }
            catch (RequestFailedException e) when (AzureBlobStore.IsRefusal(e) || AzureCalls.Says(e, BlobErrorCode.InvalidBlockList))
            {
                // An invalid list is another writer's doing too: its commit dropped every block that it didn't name.
                return await AzureBlobStore.FindMarkedAsync(_blob, mark, t) is not null;
            }
        }, ct);
        if (!committed) throw _fault.Make(BlobStoreError.Exists, "another was committed first");
    }

    public override ValueTask DisposeAsync()
    {
        _content.Release();
        return ValueTask.CompletedTask;
    }

    private async ValueTask StageAsync(ReadOnlyMemory<byte> block, CancellationToken ct)
    {
        if (_blocks.Count == 50_000) throw _fault.Make(BlobStoreError.TooLarge, "more blocks than a blob can have");
        var id = new byte[_writer.Length + sizeof(int)];
        _writer.CopyTo(id, 0);
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(_writer.Length), _blocks.Count);
        var text = Convert.ToBase64String(id);
        await _calls.RunAsync(_fault, t => _blob.StageBlockAsync(text, BinaryData.FromBytes(block).ToStream(), cancellationToken: t), ct);
        _blocks.Add(text);
    }
}
