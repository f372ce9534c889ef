namespace SecureExchange.Masking;

/// <summary>What a file may ask of the engine. Each limit is named after what it answers.</summary>
/// <param name="MaxRecord">Bytes of one record: a quote that is never closed would otherwise buffer the whole file.</param>
/// <param name="MaxColumns">Columns of a CSV header, which every row then has to be indexed by.</param>
/// <param name="MaxDepth">JSON within JSON.</param>
/// <param name="MaxFindings">Findings of a return that are kept and named; the rest is counted.</param>
/// <param name="MaxFormulaCells">Cells of a dispatch that look like spreadsheet formulas and are remembered, so that they
/// come back as they were; later ones come back neutralised.</param>
/// <param name="MaxDocument">Bytes of a document that has to be there whole before it can be read: a workbook, an archive.</param>
/// <param name="MaxUnpacked">Decompression bomb: the most bytes that a container may unpack to.</param>
/// <param name="MaxRatio">Decompression bomb: unpacked bytes for each packed one, above the first MiB.</param>
/// <param name="MaxEntries">Entries of an archive, or parts of a message.</param>
public sealed record MaskingLimits(
    int MaxRecord = 1 << 20, int MaxColumns = 4096, int MaxDepth = 64, int MaxFindings = 1000, int MaxFormulaCells = 1_000_000,
    int MaxDocument = 32 << 20, long MaxUnpacked = 1L << 40, int MaxRatio = 200, int MaxEntries = 1000)
{
    private readonly int _lanes = Environment.ProcessorCount == 1 ? 1 : Math.Min(Environment.ProcessorCount, 4) + 1;

    /// <summary>How many batches of a file are in memory at once, from 1: all but one of them worked on beside each other, on threads of the
    /// pool, while that one is filled. By default one more than there are processors, at most 5; 1 for one processor.</summary>
    public int Lanes
    {
        get => _lanes;
        init => _lanes = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), "at least 1");
    }
}
