using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Gateway.Tests.Keys;

/// <summary>A log goes on under another key, and whoever knew the old one comes to the new one.</summary>
public class LogKeyTests
{
    private static readonly Caller s_operator = TestGateway.Caller("operator", "operator-1", Role.Operator);

    [Fact]
    public async Task The_log_is_the_same_under_its_new_key_and_both_keys_sign_for_a_while()
    {
        await using var test = await TestGateway.StartAsync();
        var old = Key(test);
        var before = Checkpoint.Open(await ReadAsync(test, "checkpoint"), old);
        await RotateAsync(test);
        var key = Key(test);
        Assert.NotEqual(old.ToString(), key.ToString());
        Assert.Equal([old.ToString(), key.ToString()], (await KeyStatement.FollowAsync(Tiles(test), old, default)).Select(k => k.ToString()));
        Assert.Equal([old.ToString(), key.ToString()], (await KeyStatement.FollowAsync(Tiles(test), key, default)).Select(k => k.ToString()));
        await test.SentAsync(TestGateway.Csv);
        foreach (var verifier in new[] { old, key })
        {
            var report = await LogFsck.RunAsync(Public(test), verifier, new FsckOptions { Remembered = before }, default);
            Assert.True(report.IsIntact, string.Join('\n', report.Findings.Select(f => f.Text)));
        }

        Assert.True((await LogFsck.RunAsync(Tiles(test), key, new FsckOptions { Remembered = before }, default)).IsIntact);
        Assert.Empty(await test.Gateway.Watch.RunAsync(default));
        Assert.Contains("log-key.rotated", await test.EventsAsync());

        // Then the old key signs no more.
        test.Clock.Advance(LogKeys.Overlap);
        await test.RestartAsync();
        await test.SentAsync(TestGateway.Csv);
        Assert.Throws<TransparencyException>(() => { Checkpoint.Open(ReadAsync(test, "checkpoint").GetAwaiter().GetResult(), old); });
        Assert.True((await LogFsck.RunAsync(Tiles(test), key, new FsckOptions { Remembered = before }, default)).IsIntact);
        await RotateAsync(test);
        Assert.Equal(3, (await KeyStatement.FollowAsync(Tiles(test), old, default)).Count);
        Assert.True((await LogFsck.RunAsync(Tiles(test), Key(test), new FsckOptions { Remembered = before }, default)).IsIntact);
    }

    [Fact]
    public async Task Who_appends_while_the_key_is_replaced_loses_nothing()
    {
        await using var test = await TestGateway.StartAsync();
        using var done = new CancellationTokenSource();
        var sent = 0;
        var sending = Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            while (!done.IsCancellationRequested)
            {
                await test.SentAsync(TestGateway.Csv);
                Interlocked.Increment(ref sent);
            }
        }));
        for (var i = 0; i < 3; i++) await RotateAsync(test);
        await done.CancelAsync();
        await sending;
        Assert.Equal(sent, (await test.EventsAsync()).Count(kind => kind == "dispatch.accepted"));
        Assert.True((await LogFsck.RunAsync(Tiles(test), Key(test), new FsckOptions(), default)).IsIntact);
    }

    /// <summary>Between the switch in the database and the last object that is signed anew.</summary>
    [Theory]
    [InlineData("keys/2")]
    [InlineData("head")]
    [InlineData("checkpoint")]
    [InlineData("vkey")]
    public async Task After_a_crash_while_a_log_was_signed_anew_the_rest_is_done_at_the_next_start(string kept)
    {
        await using var test = await TestGateway.StartAsync();
        string[] objects = ["keys/2", "head", "checkpoint", "vkey"];
        // As they were, from the one on that the crash came before.
        var old = objects.ToDictionary(name => name, name => File.Exists(Path.Combine(test.LogFolder, name)) ? File.ReadAllBytes(Path.Combine(test.LogFolder, name)) : null);
        var key = Key(test);
        await RotateAsync(test, eventAlone: old);
        await test.Gateway.DisposeAsync();
        foreach (var name in objects.SkipWhile(name => name != kept))
        {
            if (old[name] is { } content) File.WriteAllBytes(Path.Combine(test.LogFolder, name), content);
            else File.Delete(Path.Combine(test.LogFolder, name));
        }

        await test.OpenAsync();
        Assert.Empty(await test.Gateway.Watch.RunAsync(default));
        await test.SentAsync(TestGateway.Csv);
        Assert.NotEqual(key.ToString(), Key(test).ToString());
        Assert.Equal(2, (await KeyStatement.FollowAsync(Tiles(test), key, default)).Count);
        Assert.True((await LogFsck.RunAsync(Tiles(test), Key(test), new FsckOptions(), default)).IsIntact);
    }

    [Fact]
    public async Task A_statement_that_one_of_its_keys_has_not_signed_leads_nowhere()
    {
        await using var test = await TestGateway.StartAsync();
        var old = Key(test);
        using var stolen = new NoteSigner(old.Name, new byte[32]);
        using var other = new NoteSigner(old.Name, [.. Enumerable.Repeat((byte)1, 32)]);
        Directory.CreateDirectory(Path.Combine(test.LogFolder, "keys"));
        File.WriteAllText(Path.Combine(test.LogFolder, "keys", "2"), KeyStatement.Write(2, stolen, other));
        Assert.Equal([old.ToString()], (await KeyStatement.FollowAsync(Tiles(test), old, default)).Select(k => k.ToString()));
        var statement = KeyStatement.Write(2, stolen, other).Replace(stolen.Verifier.ToString(), old.ToString(), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(test.LogFolder, "keys", "2"), statement);
        await Assert.ThrowsAsync<TransparencyException>(async () => await KeyStatement.FollowAsync(Tiles(test), old, default));
    }

    /// <param name="test">The gateway.</param>
    /// <param name="eventAlone">Receives what was there when the event was in and nothing was signed anew.</param>
    private static async Task RotateAsync(TestGateway test, Dictionary<string, byte[]?>? eventAlone = null)
    {
        if (eventAlone is not null)
        {
            await test.ExecuteAsync("CREATE TRIGGER breaks BEFORE UPDATE OF used_from ON secret BEGIN SELECT RAISE(ABORT, 'broken'); END");
            await Assert.ThrowsAnyAsync<Exception>(() => test.Gateway.Keys.RotateAsync(s_operator, KeyKind.Log, test.Agreement, default));
            await test.ExecuteAsync("DROP TRIGGER breaks");
            await test.Gateway.Log.AppendAsync(new RecoveryRan(1) { Terms = await test.Gateway.Agreements.TermsAsync(test.Agreement, default) });
            var rotations = new RotationStore(await Database.OpenAsync(Path.Combine(test.Data, "gateway.db"), default), test.Clock);
            foreach (var name in eventAlone.Keys.ToList())
                eventAlone[name] = File.Exists(Path.Combine(test.LogFolder, name)) ? File.ReadAllBytes(Path.Combine(test.LogFolder, name)) : null;
            await test.Gateway.Log.ChangeKeyAsync(
                LogName.Of(test.Agreement),
                async () => await rotations.SwitchAsync((await rotations.UnsettledAsync(default)).Single(), SecretPurpose.Of(LogName.Of(test.Agreement)), RotationState.Done));
            return;
        }

        Assert.IsType<KeysResult.Rotated>(await test.Gateway.Keys.RotateAsync(s_operator, KeyKind.Log, test.Agreement, default));
    }

    private static NoteVerifier Key(TestGateway test) => NoteVerifier.Parse(File.ReadAllText(Path.Combine(test.LogFolder, "vkey")).Trim());

    private static FolderTileReader Tiles(TestGateway test) => new(test.LogFolder);

    /// <summary>As the log's readers see it: without the head.</summary>
    private static PublicTiles Public(TestGateway test) => new(Tiles(test));

    private static async Task<byte[]> ReadAsync(TestGateway test, string path) => (await Tiles(test).ReadAsync(path, default))!.Value.ToArray();

    private sealed class PublicTiles(TileReader tiles) : TileReader
    {
        public override bool CanList => false;

        public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) =>
            IsServed(path) ? tiles.ReadAsync(path, ct) : ValueTask.FromResult<ReadOnlyMemory<byte>?>(null);

        public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) => tiles.ListAsync(prefix, ct);
    }
}
