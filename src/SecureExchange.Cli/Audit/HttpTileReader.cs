using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Cli.Audit;

/// <summary>Reads a log's objects from a gateway.</summary>
internal sealed class HttpTileReader(GatewayClient client, string log) : TileReader
{
    public override bool CanList => false;

    public override async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) =>
        await client.FindBytesAsync($"audit/{Uri.EscapeDataString(log)}/{path}", ct) is { } content
            ? new ReadOnlyMemory<byte>(content)
            : (ReadOnlyMemory<byte>?)null; // Untyped, null would become empty memory: an object that is there.

    public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) =>
        throw new NotSupportedException("a gateway doesn't list a log's objects");
}
