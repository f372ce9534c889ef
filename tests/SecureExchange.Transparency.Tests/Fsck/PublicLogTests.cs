using System.Text.Json;
using SecureExchange.Testing;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Tests.Fsck;

/// <summary>A log that others wrote (transparency-dev/tessera), and tampered copies of it.</summary>
public sealed class PublicLogTests
{
    [Fact]
    public async Task A_log_written_by_others_verifies_at_each_of_its_sizes()
    {
        using var keys = JsonDocument.Parse(Vectors.Read("tlog/tessera-log/KEYS.json"));
        var verifier = NoteVerifier.Parse(keys.RootElement.GetProperty("vkey").GetString()!);
        var expected = keys.RootElement.GetProperty("entries_in_order").EnumerateArray().Select(e => e.GetString()).ToList();
        for (var size = 0; size <= 15; size++)
        {
            var entries = new List<string>();
            var options = new FsckOptions
            {
                CheckEntry = entry =>
                {
                    entries.Add(System.Text.Encoding.UTF8.GetString(entry.Data.Span));
                    return null;
                },
            };
            var report = await LogFsck.RunAsync(At(size), verifier, options, CancellationToken.None);
            Assert.True(report.IsIntact, Logs.Describe(report));
            Assert.Equal(size, report.Checkpoint!.Size);
            Assert.Equal(expected.Take(size), entries);

            for (var before = 0; before <= size; before++)
            {
                var seen = Checkpoint.Open(Vectors.Read($"tlog/tessera-log/checkpoint.{before}"), verifier);
                report = await LogFsck.RunAsync(At(size), verifier, new FsckOptions { Remembered = seen }, CancellationToken.None);
                Assert.True(report.IsIntact, Logs.Describe(report));
            }
        }
    }

    [Fact]
    public async Task Tampered_copies_are_judged_as_the_manifest_says()
    {
        using var manifest = JsonDocument.Parse(Vectors.Read("tlog/tamper/manifest.json"));
        var verifier = NoteVerifier.Parse(manifest.RootElement.GetProperty("vkey").GetString()!);
        var cases = manifest.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.Equal(15, cases.Count);
        foreach (var c in cases)
        {
            var id = c.GetProperty("id").GetString()!;
            var reader = new FolderTileReader(Vectors.Path($"tlog/tamper/{id}"));
            foreach (var (who, size) in new[] { ("fresh_verifier", 0), ("verifier_that_saw_checkpoint_10", 10), ("verifier_that_saw_checkpoint_15", 15) })
            {
                if (!c.GetProperty("expect").TryGetProperty(who, out var expect)) continue;
                var seen = size == 0 ? null : Checkpoint.Open(Vectors.Read($"tlog/tessera-log/checkpoint.{size}"), verifier);
                var report = await LogFsck.RunAsync(reader, verifier, new FsckOptions { Remembered = seen }, CancellationToken.None);
                var isExpected = expect.GetString()!.StartsWith("fail", StringComparison.Ordinal) ? !report.IsIntact : report.IsIntact;
                Assert.True(isExpected, $"{id} {who}: {expect}\n{Logs.Describe(report)}");
            }
        }
    }

    [Theory]
    [InlineData("tile-byte-flipped", FsckFindingKind.TileChanged, "tile/0/000.p/15", 3L)]
    [InlineData("entry-byte-flipped", FsckFindingKind.EntryChanged, "tile/entries/000.p/15", 0L)]
    [InlineData("entry-dropped", FsckFindingKind.BundleMalformed, "tile/entries/000.p/15", 14L)]
    [InlineData("tile-missing", FsckFindingKind.TileMissing, "tile/0/000.p/15", 0L)]
    [InlineData("tile-short", FsckFindingKind.TileMalformed, "tile/0/000.p/15", 0L)]
    [InlineData("entries-swapped", FsckFindingKind.RootDiffers, "checkpoint", null)]
    [InlineData("checkpoint-unsigned-edit", FsckFindingKind.CheckpointInvalidSignature, "checkpoint", null)]
    [InlineData("checkpoint-wrong-key", FsckFindingKind.CheckpointInvalidSignature, "checkpoint", null)]
    [InlineData("checkpoint-wrong-origin", FsckFindingKind.CheckpointWrongOrigin, "checkpoint", null)]
    [InlineData("checkpoint-leading-zero", FsckFindingKind.CheckpointMalformed, "checkpoint", null)]
    public async Task What_was_tampered_with_is_named(string id, FsckFindingKind kind, string path, long? index)
    {
        using var manifest = JsonDocument.Parse(Vectors.Read("tlog/tamper/manifest.json"));
        var verifier = NoteVerifier.Parse(manifest.RootElement.GetProperty("vkey").GetString()!);
        var report = await LogFsck.RunAsync(
            new FolderTileReader(Vectors.Path($"tlog/tamper/{id}")), verifier, new FsckOptions(), CancellationToken.None);
        Assert.True(report.Findings.Any(f => (f.Kind, f.Path, f.Index) == (kind, path, index)), Logs.Describe(report));
    }

    private static SizedReader At(int size) => new(new FolderTileReader(Vectors.Path("tlog/tessera-log")), size);

    /// <summary>The log as it was, whose later tiles aren't looked for.</summary>
    private sealed class SizedReader(TileReader inner, int size) : TileReader
    {
        public override bool CanList => false;

        public override ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct) =>
            inner.ReadAsync(path == "checkpoint" ? $"checkpoint.{size}" : path, ct);

        public override IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken ct) => throw new NotSupportedException();
    }
}
