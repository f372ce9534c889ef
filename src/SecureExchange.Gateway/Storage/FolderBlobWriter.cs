namespace SecureExchange.Gateway.Storage;

internal sealed class FolderBlobWriter : BlobWriter
{
    private const int BlockSize = 256 * 1024;

    private readonly FolderTree _tree;
    private readonly StagedFile _staged;
    private readonly BlobBlockStream _content;
    private long _offset;

    internal FolderBlobWriter(BlobName name, FolderTree tree, StagedFile staged) : base(name)
    {
        (_tree, _staged) = (tree, staged);
        _content = new BlobBlockStream(BlockSize, WriteAsync);
    }

    public override Stream Content => _content;

    public override async Task CommitAsync(CancellationToken ct)
    {
        await _content.FinishAsync(ct);
        var fault = BlobFault.On("commit", Name);
        await Task.Run(() =>
        {
            using var place = _tree.Find(Name, create: true, fault)!;
            if (!_staged.Publish(place)) throw fault.Make(BlobStoreError.Exists, "another was committed first");
        }, ct);
    }

    public override ValueTask DisposeAsync()
    {
        _content.Release();
        _staged.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> block, CancellationToken ct)
    {
        await Task.Run(() => _staged.Write(block.Span, _offset), ct);
        _offset += block.Length;
    }
}
