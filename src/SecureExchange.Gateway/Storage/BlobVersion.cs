namespace SecureExchange.Gateway.Storage;

/// <summary>A small blob as it was when it was read.</summary>
/// <param name="Content">All of its bytes.</param>
/// <param name="ETag">What <see cref="BlobStore.SwapAsync"/> compares; opaque. In the folder store it is a digest of the
/// content, so content that comes back brings its ETag back: put a counter or a size in what is swapped.</param>
public sealed record BlobVersion(ReadOnlyMemory<byte> Content, string ETag);
