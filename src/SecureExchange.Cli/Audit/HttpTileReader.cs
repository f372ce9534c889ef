using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Cli.Audit;

/// <summary>Reads a log's objects from a gateway.</summary>
internal sealed class HttpTileReader(GatewayClient client, string log) : TileReader
{
    public override bool CanList => false;

    public override async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) =>
        await client.FindBytesAsync($"audit/{Uri.EscapeDataString(log)}/{path}", ct) is { } content ? content : null;

    public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) =>
        throw new NotSupportedException("a gateway doesn't list a log's objects");
}
