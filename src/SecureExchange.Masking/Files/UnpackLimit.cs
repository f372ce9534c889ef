namespace SecureExchange.Masking.Files;

/// <summary>Decompression bombs: counts what comes out of a container against what went in.</summary>
internal sealed class UnpackLimit(MaskingLimits limits)
{
    private const int Free = 1 << 20;
    private long _packed;
    private long _unpacked;

    public void AddPacked(int count) => _packed += count;

    /// <exception cref="RecordException">More came out than may.</exception>
    public void AddUnpacked(int count)
    {
        _unpacked += count;
        if (_unpacked > limits.MaxUnpacked)
            throw new RecordException(RecordError.ContainerTooLarge, 0, null, $"unpacks to more than {limits.MaxUnpacked} bytes");
        if (_unpacked > Free && _unpacked / limits.MaxRatio > _packed)
            throw new RecordException(RecordError.ContainerTooLarge, 0, null,
                $"unpacks to more than {limits.MaxRatio} times its size; send it in another form if it is what it should be");
    }
}
