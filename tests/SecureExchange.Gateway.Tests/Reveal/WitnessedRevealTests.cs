using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Storage;
using SecureExchange.Gateway.Tests.Audit;
using SecureExchange.Testing;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Gateway.Tests.Reveal;

/// <summary>An agreement that demands witnesses demands them of reveals too.</summary>
public sealed class WitnessedRevealTests
{
    [Fact]
    public async Task A_cell_is_not_shown_before_the_witnesses_have_seen_that_it_is()
    {
        using var folder = new TempFolder();
        await using var memory = await FolderBlobStore.OpenAsync(folder.File("witness"), default);
        using var endpoint = new WitnessEndpoint(new CosigningKey("witness.example/w", [.. Enumerable.Repeat((byte)7, 32)])) { Answer = _ => Task.FromResult(WitnessEndpoint.Refusal) };
        await using var gateway = new RevealGateway();
        gateway.Test.WitnessHosts = [endpoint.Host];
        await gateway.Test.OpenAsync();
        await gateway.Test.AgreeAsync(gateway.Document(
            $"  break-glass: {{ review-hours: 8 }}\nwitnesses: |\n  witness W {endpoint.Key.Cosigner} http://{endpoint.Host}\n  quorum W"));
        using var keys = await gateway.Test.Gateway.Log.KeysOfAsync(LogName.Of(gateway.Test.Agreement), default);
        var signer = keys.Signer;
        var witness = new Witness(new BlobTileStore(memory, "witness"), endpoint.Key, [signer.Verifier], TimeProvider.System);
        Task<WitnessAnswer> SeeAsync(byte[] body) => witness.AddCheckpointAsync(body, default);
        endpoint.Answer = SeeAsync;
        await gateway.SendAsync();
        var open = await gateway.AskedAsync(breakGlass: true);

        endpoint.Answer = _ => Task.FromResult(WitnessEndpoint.Refusal);
        await Assert.ThrowsAsync<NotWitnessedException>(() => gateway.ShownAsync(open));
        endpoint.Answer = SeeAsync;
        Assert.Equal("123-45-6789", await gateway.ShownAsync(open));
        var latest = (await witness.LatestAsync(signer.Verifier, default))!;
        Assert.Equal(await gateway.Test.Gateway.Log.SizeAsync(LogName.Of(gateway.Test.Agreement)), latest.Size);
    }
}
