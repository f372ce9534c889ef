using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.EndToEnd.Tests.Fixtures;

namespace SecureExchange.EndToEnd.Tests.Rounds;

/// <summary>What passed through a gateway sealed isn't left in its memory.</summary>
public sealed class ResidueTests(Gateways gateways, PartyKeys keys)
{
    /// <summary>More than the gateway takes at once.</summary>
    private const int Rows = 30_000;

    [Fact(Timeout = 120_000)]
    public async Task After_a_sealed_file_and_its_return_no_value_of_it_is_left_in_the_gateways_memory()
    {
        await using var gateway = await gateways.StartAsync(Store.Folder);
        using var exchange = await Exchange.CreateAsync(gateway, keys, new ExchangeTerms { Profile = Small.Profile });
        var mark = RandomNumberGenerator.GetHexString(24);
        var wanted = new Dictionary<string, byte[]> { ["UTF-8"] = Encoding.UTF8.GetBytes(mark), ["UTF-16"] = Encoding.Unicode.GetBytes(mark) };
        var people = Small.Header + string.Concat(Enumerable.Range(1, Rows).Select(n => $"{n},Maria {mark} {n},+51 984 000 {n:d3}\n"));
        var message = await exchange.Gpg.EncryptAsync(Encoding.UTF8.GetBytes(people), exchange.GatewayKey, signer: null, "-z", "0");

        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(message.AsMemory(0, message.Length / 2));
        using var content = new StreamContent(pipe.Reader.AsStream());
        var sending = exchange.Http(exchange.Client).PostAsync($"v1/agreements/{exchange.Agreement}/transfers", content);
        // In the middle of it the values are there to be found.
        for (var i = 0; i < 100 && gateway.Process.FindInMemory(wanted).Count == 0; i++) await Task.Delay(100);
        Assert.NotEmpty(gateway.Process.FindInMemory(wanted));
        await pipe.Writer.WriteAsync(message.AsMemory(message.Length / 2));
        await pipe.Writer.CompleteAsync();
        using var answer = await sending;
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Empty(gateway.Process.FindInMemory(wanted));

        // A return gets the values back; they leave for the client sealed.
        var id = Assert.Single(await exchange.ListAsync(exchange.Client)).GetProperty("id").GetString()!;
        var masked = (await exchange.FetchWithGpgAsync(exchange.Vendor, id)).Output;
        var worked = await exchange.Gpg.EncryptAsync(masked, exchange.GatewayKey);
        var back = await exchange.Vendor.DoAsync("return", exchange.Write("worked.pgp", worked), "--to", id);
        Assert.Contains(mark, (await exchange.FetchWithGpgAsync(exchange.Client, back)).Text, StringComparison.Ordinal);
        Assert.Empty(gateway.Process.FindInMemory(wanted));
    }
}
