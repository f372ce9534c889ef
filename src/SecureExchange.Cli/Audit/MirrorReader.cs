using System.Runtime.CompilerServices;
using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Cli.Audit;

/// <summary>Reads a log's objects from its mirror where it has them, else from the gateway, and keeps what comes aside until it
/// has been verified.</summary>
/// <remarks>What an interrupted run has left aside is used, and verified like everything.</remarks>
internal sealed class MirrorReader(TileReader source, string folder) : TileReader
{
    private const string Incoming = ".incoming";

    private readonly FolderTileReader _verified = new(folder);
    private readonly string _aside = Path.Combine(folder, Incoming);

    public override bool CanList => false;

    public override async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string path, CancellationToken ct)
    {
        if (!path.StartsWith("tile/", StringComparison.Ordinal)) return await source.ReadAsync(path, ct);
        if (await _verified.ReadAsync(path, ct) is { } known) return known;
        if (!IsServed(path)) return null; // Only names of tiles become names of files.
        var file = Path.Combine(_aside, path);
        if (File.Exists(file)) return await File.ReadAllBytesAsync(file, ct);
        if (await source.ReadAsync(path, ct) is not { } content) return null;
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllBytesAsync($"{file}.new", content.ToArray(), ct);
        File.Move($"{file}.new", file, overwrite: true);
        return content;
    }

    public override async IAsyncEnumerable<string> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        yield break;
    }

    /// <summary>Takes what has been verified into the mirror.</summary>
    /// <returns>What was taken.</returns>
    internal IReadOnlyList<string> Accept()
    {
        var taken = new List<string>();
        foreach (var file in Files())
        {
            var target = Path.Combine(folder, Path.GetRelativePath(_aside, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(file, target, overwrite: true);
            taken.Add(target);
        }

        if (Directory.Exists(_aside)) Directory.Delete(_aside, recursive: true);
        return taken;
    }

    /// <summary>Removes the partial tiles that wider ones make useless: only now that the checkpoint is of these.</summary>
    internal static void Sweep(IReadOnlyList<string> taken)
    {
        foreach (var target in taken)
        {
            var parent = Path.GetDirectoryName(target)!;
            var narrower = Path.GetFileName(parent).EndsWith(".p", StringComparison.Ordinal) ? parent : $"{target}.p";
            if (!Directory.Exists(narrower)) continue;
            foreach (var partial in Directory.GetFiles(narrower).Where(partial => partial != target)) File.Delete(partial);
        }
    }

    /// <summary>Keeps what didn't verify, as evidence, out of the way of the next run.</summary>
    /// <returns>Where; null where nothing had come.</returns>
    internal string? Refuse()
    {
        if (Files().Count == 0) return null;
        for (var i = 1; ; i++)
        {
            var kept = Path.Combine(folder, string.Create(System.Globalization.CultureInfo.InvariantCulture, $".refused-{i}"));
            if (Directory.Exists(kept)) continue;
            Directory.Move(_aside, kept);
            return kept;
        }
    }

    private List<string> Files() =>
        Directory.Exists(_aside) ? Directory.EnumerateFiles(_aside, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".new", StringComparison.Ordinal)).ToList() : [];
}
