using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace SecureExchange.Cli.Evidence;

/// <summary>Where a pack goes: a folder, or a tar. Remembers what it was given, for <c>SHA256SUMS</c>. What is the same
/// inside is the same outside: nothing of today's date, or of this machine, is in it.</summary>
internal abstract class PackTarget : IAsyncDisposable
{
    private readonly SortedDictionary<string, string> _sums = new(StringComparer.Ordinal);

    /// <exception cref="CliException">There is something already.</exception>
    internal static PackTarget Create(string path)
    {
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            throw new CliException(Terminal.Usage, $"{path} is there already; name another place");
        return path.EndsWith(".tar", StringComparison.Ordinal) ? new TarTarget(path) : new FolderTarget(path);
    }

    internal async Task AddAsync(string name, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        _sums.Add(name, Convert.ToHexStringLower(SHA256.HashData(content.Span)));
        await WriteAsync(name, new MemoryStream(content.ToArray(), writable: false), ct);
    }

    internal Task AddAsync(string name, string text, CancellationToken ct) => AddAsync(name, Encoding.UTF8.GetBytes(text), ct);

    /// <summary>Adds a file that was written elsewhere, since it doesn't fit into memory.</summary>
    internal async Task AddFileAsync(string name, string path, CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        _sums.Add(name, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)));
        file.Position = 0;
        await WriteAsync(name, file, ct);
    }

    /// <summary>Adds the digests, as <c>sha256sum -c</c> reads them.</summary>
    internal async Task CompleteAsync(CancellationToken ct) => await WriteAsync(
        PackFile.Sums, new MemoryStream(Encoding.ASCII.GetBytes(string.Concat(_sums.Select(sum => $"{sum.Value}  {sum.Key}\n")))), ct);

    public abstract ValueTask DisposeAsync();

    private protected abstract Task WriteAsync(string name, Stream content, CancellationToken ct);

    private sealed class FolderTarget(string folder) : PackTarget
    {
        private protected override async Task WriteAsync(string name, Stream content, CancellationToken ct)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = new FileStream(path, FileMode.CreateNew);
            await content.CopyToAsync(file, ct);
        }

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class TarTarget(string path) : PackTarget
    {
        private readonly TarWriter _tar = new(new FileStream(path, FileMode.CreateNew), TarEntryFormat.Ustar);

        private protected override async Task WriteAsync(string name, Stream content, CancellationToken ct) => await _tar.WriteEntryAsync(
            new UstarTarEntry(TarEntryType.RegularFile, $"evidence/{name}")
            {
                DataStream = content,
                ModificationTime = DateTimeOffset.UnixEpoch,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            }, ct);

        public override ValueTask DisposeAsync() => _tar.DisposeAsync();
    }
}

/// <summary>The files of a pack. Format: docs/formats/evidence-pack.md.</summary>
internal static class PackFile
{
    internal const string Facts = "pack.json";
    internal const string Sums = "SHA256SUMS";
    internal const string Events = "events.jsonl";
    internal const string Checkpoint = "checkpoint";
    internal const string Policy = "policy";
    internal const string LogKey = "keys/log.vkey";
    internal const string Agreements = "agreement";
    internal const string Profiles = "profiles";

    internal static string Proof(long index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"proofs/{index:d12}.proof");
}

/// <summary>What a pack is of.</summary>
/// <param name="Format">1.</param>
/// <param name="Agreement">The agreement, which is the log's name too.</param>
/// <param name="From">The period that was asked for; null: from the first event.</param>
/// <param name="To">Null: to the newest.</param>
/// <param name="First">Index of the first event in it.</param>
/// <param name="Count">How many there are.</param>
internal sealed record PackFacts(int Format, string Agreement, string? From, string? To, long First, long Count)
{
    internal static System.Text.Json.JsonSerializerOptions Json { get; } = new(System.Text.Json.JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };
}
