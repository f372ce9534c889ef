using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using SecureExchange.Access;
using SecureExchange.Gateway.Audit;
using SecureExchange.Gateway.Keys;
using SecureExchange.Gateway.Storage;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>What the gateway does by itself costs what the agreements cost that are active, however many there are.</summary>
public sealed class IdleAgreementsTests(ITestOutputHelper output)
{
    private const int Active = 10;

    [Fact(Timeout = 300_000)]
    public async Task Ten_thousand_agreements_cost_what_the_active_ones_cost()
    {
        var few = await MeasureAsync(100);
        var many = await MeasureAsync(10_000);
        output.WriteLine($"{few}\n{many}");
        Assert.InRange(many.BusyRound, few.BusyRound, few.BusyRound + Active); // The gateway's own log has another length, so other tiles.
        Assert.Equal(few.QuietRound, many.QuietRound);
        Assert.True(many.BusyRound <= Active * 40, $"{many}");
        // Each of the others has its turn once a day, evenly: a tenth of them in a tenth of the day.
        Assert.InRange(many.TurnsOfATenth, 1_000, 1_010);
        Assert.True(many.PerTurn <= 8, $"{many}");
    }

    private static async Task<Cost> MeasureAsync(int idle)
    {
        await using var test = await TestGateway.StartAsync();
        var terms = (await test.Gateway.Agreements.TermsAsync(test.Agreement, default))!;
        var ids = Enumerable.Range(0, idle + Active).Select(i =>
            AgreementId.TryCreate(terms.Client, $"n{i}", out var id) ? id : throw new InvalidOperationException()).ToList();
        await MakeAsync(test, ids, isOpened: [.. ids.Take(idle / 20), .. ids.TakeLast(Active)]);
        var log = test.Gateway.Log;
        Task<IReadOnlyList<AgreementId>> All(CancellationToken ct) => Task.FromResult<IReadOnlyList<AgreementId>>(ids);
        var anchoring = new Anchoring(log, All, test.Clock);
        using var watch = new LogWatch(log, new LogWatchStore(await Database.OpenAsync(Path.Combine(test.Data, "gateway.db"), default)), All, test.Clock);
        var days = new DayClosing(log, (id, _) => Task.FromResult<AgreementTerms?>(terms with { Id = id }), test.Clock);

        async Task RoundAsync()
        {
            await days.RunAsync(default);
            await anchoring.RunAsync(default);
            Assert.Empty(await watch.RunAsync(default));
        }

        Task MoveAsync(IEnumerable<AgreementId> which) => Task.WhenAll(which.Select(id => log.AppendAsync(
            new TransfersListed(1) { Caller = TestGateway.Agent, Terms = terms with { Id = id } }).AsTask()));

        // The start, at which all have a turn; some that were opened once and are idle now; and the active ones.
        await RoundAsync();
        foreach (var id in ids.Take(idle / 20)) await log.SizeAsync(LogName.Of(id));
        await MoveAsync(ids.TakeLast(Active));
        await RoundAsync();
        test.Clock.Advance(TimeSpan.FromHours(1.1));
        await RoundAsync();

        await MoveAsync(ids.TakeLast(Active));
        test.Blobs.Reset();
        await RoundAsync();
        var busy = test.Blobs.Count;
        test.Blobs.Reset();
        await RoundAsync();
        var quiet = test.Blobs.Count;

        // A tenth of a day later a tenth of the idle ones have had their turn. None is verified whole so soon: all were when they were made.
        var before = await AnchorsAsync(test);
        test.Clock.Advance(TimeSpan.FromDays(0.1));
        test.Blobs.Reset();
        await RoundAsync();
        var turns = await AnchorsAsync(test) - before;
        return new Cost(busy, quiet, turns, (double)test.Blobs.Count / turns);
    }

    /// <summary>How many anchors the gateway's log has.</summary>
    private static async Task<int> AnchorsAsync(TestGateway test)
    {
        var count = 0;
        await foreach (var entry in test.Gateway.Log.ReadAsync(LogName.Gateway, 0, long.MaxValue, default))
        {
            using var json = System.Text.Json.JsonDocument.Parse(entry.Data);
            if (json.RootElement.TryGetProperty("anchors", out var anchors)) count += anchors.GetArrayLength();
        }

        return count;
    }

    /// <summary>Writes logs as they are after their first event, behind the gateway's back: it would take minutes. Of those that are never
    /// opened only what is looked at.</summary>
    private static async Task MakeAsync(TestGateway test, List<AgreementId> ids, HashSet<AgreementId> isOpened)
    {
        var notes = new ConcurrentDictionary<string, string>();
        var database = await Database.OpenAsync(Path.Combine(test.Data, "gateway.db"), default);
        using (var ring = await KeyRing.OpenAsync(database, Path.Combine(test.Data, "keys"), new RootKeyOptions(), "gateway.example", test.Clock, default))
        {
            await using var writing = await database.ConnectAsync(default);
            await using var all = await writing.BeginTransactionAsync();
            foreach (var id in ids) await ring.AddAgreementAsync(writing, all, id, test.Clock.GetUtcNow());
            await all.CommitAsync();
        }

        await Parallel.ForEachAsync(ids, async (id, ct) =>
        {
            var name = LogName.Of(id);
            using var keys = await test.Gateway.Log.KeysOfAsync(name, ct);
            var signer = keys.Signer;
            var store = new MemoryStore();
            await using (var log = await TransparencyLog.OpenAsync(store, signer, new LogOptions { CreateIfMissing = true }, ct))
            {
                var entry = $$"""{"agreement":"{{id}}","at":"2026-06-01T12:00:00.000Z","caller":"client/admin-1","index":0,"kind":"agreement.created","v":1}""";
                await log.AppendAsync(Encoding.UTF8.GetBytes(entry));
                notes[name.Value] = log.Latest.Note;
            }

            store.Objects["vkey"] = Encoding.ASCII.GetBytes($"{signer.Verifier}\n");
            foreach (var (path, content) in store.Objects.Where(o => o.Key == "checkpoint" || isOpened.Contains(id)))
            {
                var file = Path.Combine(test.Data, "blobs", name.Folder, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllBytesAsync(file, content, ct);
            }
        });
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(test.Data, "gateway.db")}");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync(
            "INSERT INTO log_watch (log, checkpoint, whole_at) VALUES (@log, @checkpoint, @at)",
            notes.Select(note => new { log = note.Key, checkpoint = note.Value, at = test.Clock.GetUtcNow().ToUnixTimeMilliseconds() }), transaction);
        await transaction.CommitAsync();
    }

    /// <param name="BusyRound">Operations of the store in a round in which the active ones have moved.</param>
    /// <param name="QuietRound">The same right afterwards.</param>
    /// <param name="TurnsOfATenth">Anchors in a tenth of a day in which nothing moves.</param>
    /// <param name="PerTurn">Operations for each.</param>
    private sealed record Cost(int BusyRound, int QuietRound, int TurnsOfATenth, double PerTurn);

    private sealed class MemoryStore : TileStore
    {
        internal ConcurrentDictionary<string, byte[]> Objects { get; } = new();

        public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) =>
            new(Objects.TryGetValue(path, out var found) ? found : (ReadOnlyMemory<byte>?)null);

        public override async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
        {
            await Task.CompletedTask;
            foreach (var path in Objects.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal))) yield return path;
        }

        public override ValueTask<VersionedObject?> ReadVersionedAsync(string path, CancellationToken ct) =>
            new(Objects.TryGetValue(path, out var found) ? new VersionedObject(found, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(found))) : null);

        public override ValueTask<bool> CreateAsync(string path, ReadOnlyMemory<byte> content, CancellationToken ct) => new(Objects.TryAdd(path, content.ToArray()));

        public override async ValueTask<string?> SwapAsync(string path, ReadOnlyMemory<byte> content, string? expectedVersion, CancellationToken ct)
        {
            if ((await ReadVersionedAsync(path, ct))?.Version != expectedVersion) return null;
            Objects[path] = content.ToArray();
            return (await ReadVersionedAsync(path, ct))!.Version;
        }

        public override ValueTask DeleteAsync(string path, CancellationToken ct)
        {
            Objects.TryRemove(path, out _);
            return default;
        }
    }
}
