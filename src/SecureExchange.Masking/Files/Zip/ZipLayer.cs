using System.Buffers;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Files.Zip;

/// <summary>ZIP around files of one kind: entries that the profile names are masked, others refuse the archive or are left out. Archives
/// in it are opened where the profile says how deep.</summary>
internal sealed class ZipLayer : DocumentLayer
{
    private const string ZipEnding = ".zip";
    private const string GzipEnding = ".gz";

    private readonly RecordCodec _codec;
    private readonly ZipRules _rules;
    private readonly MaskingLimits _limits;
    private readonly Func<FileLayer> _inner;
    private readonly ArchiveBudget _budget;
    private readonly int _depth;

    /// <param name="codec">Reads and writes the records.</param>
    /// <param name="rules">What the profile says of archives.</param>
    /// <param name="limits">What a file may ask for.</param>
    /// <param name="inner">Makes the layer of one entry.</param>
    /// <param name="around">The limit of the message that it is in, whose bytes are counted already; null: it is in none.</param>
    public ZipLayer(RecordCodec codec, ZipRules rules, MaskingLimits limits, Func<FileLayer> inner, UnpackLimit? around = null)
        : this(codec, rules, limits, inner, new ArchiveBudget(limits, around), depth: 0)
    {
    }

    private ZipLayer(RecordCodec codec, ZipRules rules, MaskingLimits limits, Func<FileLayer> inner, ArchiveBudget budget, int depth) : base(limits) =>
        (_codec, _rules, _limits, _inner, _budget, _depth) = (codec, rules, limits, inner, budget, depth);

    protected override void Run(ReadOnlySpan<byte> document, IBufferWriter<byte> output)
    {
        if (_depth == 0 && !_budget.IsCounted) _budget.Unpacked.AddPacked(document.Length);
        var archive = ZipArchive.Open(document, _budget);
        if (archive.HasComment) _codec.Findings.Add("zip.comment-removed");
        using var writer = new ZipWriter();
        var taken = 0;
        foreach (var entry in archive.Entries)
        {
            if (entry.IsFolder && entry.Size == 0) continue;
            if (FindPattern(entry.Name) is { } pattern)
            {
                if (_budget.Files++ > 0) _codec.BeginFile();
                Mask(document, archive, entry, _inner(), writer);
                // A name that the profile doesn't spell out may say whose file it is.
                End(writer, entry, FilePattern.IsSpelt(pattern), FilePattern.Numbered(pattern, ++taken), output);
            }
            else if (Packed(entry.Name) is { } packed)
            {
                Mask(document, archive, entry, packed.Layer, writer);
                End(writer, entry, packed.IsSpelt, FilePattern.Numbered(packed.Pattern, ++taken), output);
            }
            else if (!_rules.DropsOthers)
            {
                throw new RecordException(RecordError.EntryRefused, 0, null, $"entry {taken + 1} or a later one isn't among the entries that the profile names; add it there, or take it out");
            }
            else
            {
                _codec.Findings.Add("zip.entry-removed");
            }
        }

        if (_depth == 0 && _budget.Files == 0) throw new RecordException(RecordError.EntryRefused, 0, null, "the archive has none of the entries that the profile names");
        writer.Complete(output);
    }

    /// <summary>How an entry is read that is packed itself; null where it isn't, or may not be.</summary>
    private (FileLayer Layer, bool IsSpelt, string Pattern)? Packed(string name)
    {
        if (_depth == _rules.Nested) return null;
        if (name.EndsWith(ZipEnding, StringComparison.OrdinalIgnoreCase))
            return (new ZipLayer(_codec, _rules, _limits, _inner, _budget, _depth + 1), false, "*" + ZipEnding);
        if (!name.EndsWith(GzipEnding, StringComparison.OrdinalIgnoreCase) || FindPattern(name[..^GzipEnding.Length]) is not { } pattern) return null;
        if (_budget.Files++ > 0) _codec.BeginFile();
        return (new GzipLayer(_inner(), _limits, _codec.Findings, _budget.Unpacked), FilePattern.IsSpelt(pattern), pattern + GzipEnding);
    }

    private void End(ZipWriter writer, ZipEntry entry, bool isSpelt, string number, IBufferWriter<byte> output)
    {
        if (!isSpelt && !_rules.IsReturn) _codec.Findings.Add("zip.name-replaced");
        writer.End(isSpelt || _rules.IsReturn ? entry.Name : number, output);
    }

    private static void Mask(ReadOnlySpan<byte> document, ZipArchive archive, ZipEntry entry, FileLayer inner, ZipWriter writer)
    {
        using var layer = inner;
        writer.Begin();
        archive.Unpack(document, entry, piece => writer.Add(layer, piece));
        writer.Complete(layer);
    }

    private string? FindPattern(string name) => _rules.Entries.FirstOrDefault(pattern => FilePattern.Fits(pattern, name, StringComparison.Ordinal));
}

/// <summary>What is taken of an archive.</summary>
/// <param name="Entries">Names, with one star each at most.</param>
/// <param name="DropsOthers">Entries of other names are left out; else they refuse the archive.</param>
/// <param name="Nested">How many archives deep.</param>
/// <param name="IsReturn">Names come back as they are.</param>
internal sealed record ZipRules(IReadOnlyList<string> Entries, bool DropsOthers, int Nested, bool IsReturn);
