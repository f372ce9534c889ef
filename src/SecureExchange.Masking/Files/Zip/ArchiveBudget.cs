namespace SecureExchange.Masking.Files.Zip;

/// <summary>What an archive and all archives in it may ask for together: nesting multiplies, and a limit for each would let it.</summary>
/// <param name="limits">What a file may ask for.</param>
/// <param name="around">The limit of what the outermost archive is in; null: it is in nothing.</param>
internal sealed class ArchiveBudget(MaskingLimits limits, UnpackLimit? around = null)
{
    private int _entries;

    /// <summary>Bytes: the outermost archive's against all that comes out of it, at whatever depth.</summary>
    public UnpackLimit Unpacked { get; } = around ?? new(limits);

    /// <summary>Whether the packed bytes are counted by what the archive is in.</summary>
    public bool IsCounted => around is not null;

    /// <summary>Files that were given to the codec.</summary>
    public int Files { get; set; }

    /// <exception cref="RecordException">More entries than there may be.</exception>
    public void AddEntries(int count)
    {
        _entries += count;
        if (_entries > limits.MaxEntries)
            throw new RecordException(RecordError.ContainerTooLarge, 0, null, $"the archive, with those in it, has more than {limits.MaxEntries} entries");
    }
}
