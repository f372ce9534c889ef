using SecureExchange.EndToEnd.Tests.Fixtures;
using SecureExchange.Samples;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>Files pass through the gateway in pieces. <c>tests/big-file.sh</c> does the same with a larger one, and times it.</summary>
public sealed class MemoryTests(Gateways gateways, PartyKeys keys)
{
    private const long Rows = 320_000;
    private const long LeastSize = 100_000_000;
    private const long MostMemory = 300_000_000;

    [Theory(Timeout = 300_000)]
    [InlineData(Store.Folder)]
    public async Task A_large_file_goes_and_comes_back_in_little_memory(Store store)
    {
        await using var gateway = await gateways.StartAsync(store);
        using var exchange = await Exchange.CreateAsync(gateway, keys);
        var claims = exchange.PathOf("claims.csv");
        await using (var file = File.Create(claims)) Sample.Find("claims")!.Write(file, Rows, seed: 3);
        Assert.InRange(new FileInfo(claims).Length, LeastSize, 2 * LeastSize);

        var id = (await exchange.Client.RunAsync(120, "send", claims, "--agreement", exchange.Agreement)).Succeeded().Text.Trim();
        (await exchange.Vendor.RunAsync(120, "fetch", id, "--decrypt", "--secret-key", "vendor.sec.asc", "-o", "masked.csv")).Succeeded();
        (await exchange.Vendor.RunAsync(120, "return", "masked.csv", "--to", id)).Succeeded();

        Assert.InRange(gateway.Process.PeakMemory, 1, MostMemory);
    }
}
