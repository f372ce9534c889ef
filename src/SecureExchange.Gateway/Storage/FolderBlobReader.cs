using Microsoft.Win32.SafeHandles;

namespace SecureExchange.Gateway.Storage;

internal sealed class FolderBlobReader(BlobName name, SafeFileHandle file, Posix.FileStatus status)
    : BlobReader(name, status.Size, Version(status))
{
    public override ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }

    private protected override Task<Stream> OpenAsync(long offset, long length, CancellationToken ct) =>
        Task.FromResult<Stream>(new RangeStream(Name, file, offset, length));

    /// <summary>A file's bytes never change in place, so the file and its time tell the version without reading it.</summary>
    private static string Version(Posix.FileStatus status) =>
        $"{status.Inode:x}-{status.ModifiedSeconds:x}.{status.ModifiedNanoseconds:x}-{status.Size:x}";

    private sealed class RangeStream(BlobName name, SafeFileHandle file, long offset, long length) : BlobRangeStream(name, length)
    {
        private readonly BlobFault _fault = BlobFault.On("read", name);

        private protected override ValueTask<int> ReadAtAsync(long position, Memory<byte> buffer, CancellationToken ct) =>
            new(Task.Run(() => Posix.Read(file, buffer.Span, offset + position, _fault), ct));
    }
}
