using System.Buffers;
using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Files.Zip;

/// <summary>ZIP around files of one kind: entries that the profile names are masked, others refuse the archive or are left out.</summary>
internal sealed class ZipLayer(RecordCodec codec, IReadOnlyList<string> patterns, bool dropsOthers, bool isReturn, MaskingLimits limits, Func<FileLayer> inner)
    : DocumentLayer(limits)
{
    private readonly MaskingLimits _limits = limits;
    private readonly HeldBytes _plain = new();

    public override void Dispose()
    {
        base.Dispose();
        _plain.Dispose();
    }

    protected override void Run(ReadOnlySpan<byte> document, IBufferWriter<byte> output)
    {
        var archive = ZipArchive.Open(document, _limits);
        if (archive.HasComment) codec.Findings.Add("zip.comment-removed");
        using var writer = new ZipWriter();
        var taken = 0;
        foreach (var entry in archive.Entries)
        {
            if (entry.IsFolder && entry.Size == 0) continue;
            if (FindPattern(entry.Name) is not { } pattern)
            {
                if (!dropsOthers)
                    throw new RecordException(RecordError.EntryRefused, 0, null, $"entry {taken + 1} or a later one isn't among the entries that the profile names; add it there, or take it out");
                codec.Findings.Add("zip.entry-removed");
                continue;
            }

            if (taken++ > 0) codec.BeginFile();
            Mask(document, archive, entry, writer);
            // A name that the profile doesn't spell out may say whose file it is.
            var isSpelt = isReturn || !pattern.Contains('*', StringComparison.Ordinal);
            if (!isSpelt) codec.Findings.Add("zip.name-replaced");
            writer.End(isSpelt ? entry.Name : taken + Path.GetExtension(pattern), output);
        }

        if (taken == 0) throw new RecordException(RecordError.EntryRefused, 0, null, "the archive has none of the entries that the profile names");
        writer.Complete(output);
    }

    private void Mask(ReadOnlySpan<byte> document, ZipArchive archive, ZipEntry entry, ZipWriter writer)
    {
        using var layer = inner();
        writer.Begin();
        archive.Unpack(document, entry, piece =>
        {
            layer.Push(piece, _plain);
            Drain(writer);
        });
        layer.Complete(_plain);
        Drain(writer);
    }

    private void Drain(ZipWriter writer)
    {
        writer.Add(_plain.Written);
        _plain.Clear();
    }

    private string? FindPattern(string name) => patterns.FirstOrDefault(pattern =>
        pattern.IndexOf('*', StringComparison.Ordinal) is var star && star < 0
            ? name == pattern
            : name.Length >= pattern.Length - 1 && name.StartsWith(pattern[..star], StringComparison.Ordinal)
                && name.EndsWith(pattern[(star + 1)..], StringComparison.Ordinal) && !name[star..].Contains('/', StringComparison.Ordinal));
}
