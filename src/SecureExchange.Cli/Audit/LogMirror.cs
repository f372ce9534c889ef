using System.Text;
using SecureExchange.Transparency;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Fsck;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Cli.Audit;

/// <summary>A full copy of one log, verified before it is taken: what is there is always whole under its checkpoint.</summary>
/// <remarks><code>
/// (1) what the mirror has ─► (2) fetch what is new, aside ─► (3) verify that it follows ─► (4) take it over ─► (5) checkpoint
/// </code>
/// An interruption before (5) leaves a mirror of the earlier size, and the next run goes on from what has come.
/// </remarks>
internal sealed class LogMirror(TileReader source, LogPlace place, string folder)
{
    private const string CheckpointFile = "checkpoint";

    /// <summary>Brings the mirror up to date.</summary>
    /// <returns>Whether what the gateway shows follows from what the mirror has.</returns>
    internal async Task<bool> RunAsync(string? key, CancellationToken ct)
    {
        Directory.CreateDirectory(folder);
        var known = await KnownLog.MeetAsync(key ?? Kept(), source, place, ct);
        var name = known.Verifier.Name;
        if (known.IsNew) Terminal.Say($"{name}: seen for the first time; trusting and remembering its published key {known.Verifier}");
        await File.WriteAllTextAsync(Path.Combine(folder, "vkey"), $"{known.Verifier}\n", ct);
        var before = Mirrored([.. known.Verifiers]); // (1)
        var reader = new MirrorReader(source, folder);
        var report = await LogFsck.RunAsync( // (2), (3)
            reader, known.Verifier, new FsckOptions { VerifiedUpTo = before, Remembered = Later(before, known.Checkpoint) }, ct);
        if (!report.IsIntact)
        {
            foreach (var finding in report.Findings.Where(f => !f.IsNote)) Terminal.Print($"{name}: WRONG: {finding.Text}");
            var kept = reader.Refuse();
            Terminal.Print($"{name}: NOT MIRRORED: the mirror stays at {before?.Size ?? 0} entries{(kept is null ? "" : $"; what was shown is kept in {kept}")}");
            return false;
        }

        var taken = reader.Accept(); // (4)
        var checkpoint = report.Checkpoint!;
        await ReplaceAsync(CheckpointFile, Encoding.UTF8.GetBytes(checkpoint.Note), ct); // (5)
        MirrorReader.Sweep(taken);
        for (var epoch = 2; await source.ReadAsync(KeyStatement.PathOf(epoch), ct) is { } statement; epoch++)
        {
            Directory.CreateDirectory(Path.Combine(folder, "keys"));
            await ReplaceAsync(KeyStatement.PathOf(epoch), statement, ct);
        }

        if (await source.ReadAsync("cosigned", ct) is { } cosigned) await ReplaceAsync("cosigned", cosigned, ct);
        KnownLog.Remember(known.Verifier, checkpoint);
        if (before?.Size != checkpoint.Size) Terminal.Print($"{name}: mirrored: {checkpoint.Size} entries, {checkpoint.Size - (before?.Size ?? 0)} of them new, all verified");
        return true;
    }

    private string? Kept() => File.Exists(Path.Combine(folder, "vkey")) ? File.ReadAllText(Path.Combine(folder, "vkey")).Trim() : null;

    private Checkpoint? Mirrored(NoteVerifier[] verifiers)
    {
        var path = Path.Combine(folder, CheckpointFile);
        try
        {
            return File.Exists(path) && Checkpoint.Open(File.ReadAllBytes(path), verifiers) is { Size: > 0 } checkpoint ? checkpoint : null;
        }
        catch (TransparencyException)
        {
            throw new CliException(Terminal.NotVerified, $"the mirror's own checkpoint in {folder} is damaged, or another log's; verify the mirror, and begin another one elsewhere");
        }
    }

    private static Checkpoint? Later(Checkpoint? one, Checkpoint? other) => (one?.Size ?? 0) >= (other?.Size ?? 0) ? one : other;

    private async Task ReplaceAsync(string file, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var path = Path.Combine(folder, file);
        await File.WriteAllBytesAsync($"{path}.new", content.ToArray(), ct);
        File.Move($"{path}.new", path, overwrite: true);
    }
}
