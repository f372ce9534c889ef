using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Transparency.Log;
using SecureExchange.Transparency.Tree;

namespace SecureExchange.Transparency.Checkpoints;

/// <summary>The object whose replacement commits a batch: the size and root that the log has from then on, and the
/// entries that lead there. docs/formats/log.md has the format.</summary>
/// <remarks>It is signed as a note that no reader takes for a checkpoint. The checkpoint is only signed once the batch is
/// committed: a writer that loses the race must not have signed a tree that never was (tlog-checkpoint, "Signatures").
/// </remarks>
internal sealed class Head
{
    internal const string Path = "head";

    /// <summary>A writer that doesn't learn whether its batch was committed finds it here, unless this many came after.</summary>
    internal const int MaxRecent = 32;

    /// <summary>A key's name has no space, so this first line is no log's origin.</summary>
    private const string Magic = "secureexchange.head/v1 ";

    /// <summary>An agreement has a handful of parties.</summary>
    private const int MaxCounters = 1000;

    private static readonly IReadOnlyDictionary<string, long> s_noCounters = new Dictionary<string, long>();

    private Head(
        long size, MerkleHash root, IReadOnlyList<BatchMark> recent, IReadOnlyDictionary<string, long> counters, ReadOnlyMemory<byte> entries)
    {
        Size = size;
        Root = root;
        Recent = recent;
        Counters = counters;
        Entries = entries;
    }

    internal long Size { get; }

    internal MerkleHash Root { get; }

    /// <summary>The newest batches, this one last.</summary>
    internal IReadOnlyList<BatchMark> Recent { get; }

    /// <summary>The numbers given last, by the names of their counters. They move with the commit, and with nothing else.</summary>
    internal IReadOnlyDictionary<string, long> Counters { get; }

    /// <summary>The batch's entries, one after the other as in a bundle.</summary>
    internal ReadOnlyMemory<byte> Entries { get; }

    /// <summary>The size before this batch. The published checkpoint is of this size or of <see cref="Size"/>, never
    /// another.</summary>
    internal long From => Recent[^1].From;

    /// <summary>What a new log starts from.</summary>
    internal static Head Empty() => new(0, MerkleTree.EmptyRoot, [default], s_noCounters, default);

    internal Head Next(ulong writer, long number, NumberedBatch batch, long size, MerkleHash root) => batch.Counters.Count > MaxCounters
        ? throw new ArgumentException("too many counters", nameof(batch))
        : new Head(size, root, [.. Recent.TakeLast(MaxRecent - 1), new BatchMark(Size, writer, number)], batch.Counters, batch.Encoded);

    internal byte[] Encode(NoteSigner signer)
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{Magic}{signer.Verifier.Name}\nsize {Size}\nroot {Root}\n")
            .Append(CultureInfo.InvariantCulture, $"entries {Convert.ToBase64String(SHA256.HashData(Entries.Span))}\n");
        foreach (var (from, writer, number) in Recent)
            text.Append(CultureInfo.InvariantCulture, $"batch {from} {writer:x16} {number}\n");
        foreach (var (name, last) in Counters.OrderBy(counter => counter.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"count {name} {last}\n");
        return [.. Encoding.UTF8.GetBytes(signer.Sign(text.ToString())), .. Entries.Span];
    }

    /// <exception cref="TransparencyException">It is malformed, or not signed by this key.</exception>
    internal static Head Open(ReadOnlyMemory<byte> content, NoteVerifier verifier)
    {
        // The text has no empty line and the note one signature, so the note ends with the line after the first.
        var bytes = content.Span;
        var blank = bytes.IndexOf("\n\n"u8);
        var line = blank < 0 ? -1 : bytes[(blank + 2)..].IndexOf((byte)'\n');
        if (line < 0) throw Malformed();
        var end = blank + 2 + line + 1;

        var lines = SignedNote.Open(bytes[..end], verifier).Text[..^1].Split('\n');
        if (lines.Length is < 5 or > 4 + MaxRecent + MaxCounters || lines[0] != Magic + verifier.Name) throw Malformed();
        if (!Checkpoint.TryReadSize(Value(lines[1], "size "), out var size)) throw Malformed();
        var root = Hash(lines[2], "root ");
        var entries = content[end..];
        if (Hash(lines[3], "entries ") != MerkleHash.Read(SHA256.HashData(entries.Span))) throw Malformed();

        var recent = new List<BatchMark>();
        var counters = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var batch in lines[4..])
        {
            if (batch.StartsWith("count ", StringComparison.Ordinal))
            {
                var count = batch.Split(' ');
                if (count.Length != 3 || !EntryDraft.IsCounter(count[1]) || !Checkpoint.TryReadSize(count[2], out var last)
                    || !counters.TryAdd(count[1], last))
                {
                    throw Malformed();
                }

                continue;
            }

            var parts = Value(batch, "batch ").ToString().Split(' ');
            if (parts.Length != 3 || !Checkpoint.TryReadSize(parts[0], out var from) || from > size
                || !ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var writer)
                || !Checkpoint.TryReadSize(parts[2], out var number) || counters.Count > 0 || recent.Count == MaxRecent)
            {
                throw Malformed();
            }

            recent.Add(new BatchMark(from, writer, number));
        }

        return recent.Count > 0 ? new Head(size, root, recent, counters, entries) : throw Malformed();
    }

    private static ReadOnlySpan<char> Value(string line, string name) =>
        line.StartsWith(name, StringComparison.Ordinal) ? line.AsSpan(name.Length) : throw Malformed();

    private static MerkleHash Hash(string line, string name) =>
        StrictBase64.TryDecode(Value(line, name), out var bytes) && bytes.Length == MerkleHash.Size
            ? MerkleHash.Read(bytes)
            : throw Malformed();

    private static TransparencyException Malformed() => new(TransparencyError.MalformedHead, Path);
}
