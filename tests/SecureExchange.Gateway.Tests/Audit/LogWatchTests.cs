using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Intake;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>The gateway verifies its own logs, and stops what goes on under one that isn't what it was.</summary>
public sealed class LogWatchTests
{
    [Fact]
    public async Task Only_what_is_new_is_read_again_until_a_day_has_gone_by()
    {
        await using var test = await TestGateway.StartAsync();
        var watch = test.Gateway.Watch;
        Assert.Empty(await watch.RunAsync(default));
        var first = watch.Entries;
        Assert.Empty(await watch.RunAsync(default));
        Assert.Equal(first, watch.Entries);
        await test.SentAsync(TestGateway.Csv);
        Assert.Empty(await watch.RunAsync(default));
        var agreement = await test.Gateway.Log.SizeAsync(LogName.Of(test.Agreement));
        Assert.Equal(first + agreement, watch.Entries); // The bundle that the new entry went into.
        test.Clock.Advance(TimeSpan.FromDays(1.1));
        Assert.Empty(await watch.RunAsync(default));
        Assert.Equal(first + (2 * agreement) + await test.Gateway.Log.SizeAsync(LogName.Gateway), watch.Entries);
    }

    [Fact]
    public async Task Nothing_goes_on_under_a_log_that_was_changed_until_an_operator_has_it_verified_again()
    {
        await using var test = await TestGateway.StartAsync();
        var sent = await test.SentAsync(TestGateway.Csv);
        await test.Gateway.Watch.RunAsync(default);
        var size = await test.Gateway.Log.SizeAsync(LogName.Of(test.Agreement));
        var bundle = Path.Combine(test.LogFolder, "tile", "entries", "000.p", $"{size}");
        var good = await File.ReadAllBytesAsync(bundle);
        var bad = good.ToArray();
        bad[20] ^= 1;
        await File.WriteAllBytesAsync(bundle, bad);
        test.Clock.Advance(TimeSpan.FromDays(1.1));
        var (log, finding) = Assert.Single(await test.Gateway.Watch.RunAsync(default));
        Assert.Equal((LogName.Of(test.Agreement), "entry 0 isn't what was logged"), (log, finding));
        await Assert.ThrowsAsync<LogStoppedException>(() => test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv));

        // It shouts once, goes on refusing, and a restart doesn't make it forget.
        Assert.Empty(await test.Gateway.Watch.RunAsync(default));
        await test.RestartAsync();
        Assert.Equal("entry 0 isn't what was logged", test.Gateway.Log.Stopped.Findings[log]);
        await Assert.ThrowsAsync<LogStoppedException>(() => test.Gateway.Fetches.RunAsync(TestGateway.Agent, sent, null, default));
        Assert.Equal(finding, (await test.RecheckAsync(log)).Finding);

        await File.WriteAllBytesAsync(bundle, good);
        await Assert.ThrowsAsync<LogStoppedException>(() => test.SendAsync(TestGateway.Csv)); // Mended, and nobody has said so.
        Assert.Null((await test.RecheckAsync(log)).Finding);
        Assert.IsType<IntakeResult.Accepted>(await test.SendAsync(TestGateway.Csv));
    }

    [Fact]
    public async Task A_log_that_was_put_back_as_a_whole_is_found_by_what_the_gateway_remembers()
    {
        await using var test = await TestGateway.StartAsync();
        var early = Directory.EnumerateFiles(test.LogFolder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllBytes);
        await test.SentAsync(TestGateway.Csv);
        await test.Gateway.Watch.RunAsync(default);
        Directory.Delete(test.LogFolder, recursive: true);
        foreach (var (path, content) in early)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, content);
        }

        var (_, finding) = Assert.Single(await test.Gateway.Watch.RunAsync(default));
        Assert.Contains("an older checkpoint was put back", finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_found_and_who_had_it_verified_again_is_in_the_gateways_log()
    {
        await using var test = await TestGateway.StartAsync();
        await test.Gateway.Watch.RunAsync(default);
        var checkpoint = Path.Combine(test.LogFolder, "checkpoint");
        var good = await File.ReadAllBytesAsync(checkpoint);
        File.Delete(checkpoint);
        Assert.Equal("there is no checkpoint here", Assert.Single(await test.Gateway.Watch.RunAsync(default)).Finding);
        await File.WriteAllBytesAsync(checkpoint, good);
        await test.RecheckAsync(LogName.Of(test.Agreement));
        var kinds = new List<string>();
        await foreach (var entry in test.Gateway.Log.ReadAsync(LogName.Gateway, 0, long.MaxValue, default))
            kinds.Add(WrittenLog.Kind(entry.Data.ToArray()));
        Assert.Equal(["log.differs", "log.checked"], kinds[^2..]);
    }
}
