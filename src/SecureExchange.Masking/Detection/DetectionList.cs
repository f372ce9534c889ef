namespace SecureExchange.Masking.Detection;

/// <summary>Receives what was found, in the order of the text. Made once and used again: it allocates only to grow.</summary>
public sealed class DetectionList
{
    private Detection[] _found = new Detection[16];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>What was found, by start.</summary>
    public ReadOnlySpan<Detection> Found => _found.AsSpan(0, Count);

    /// <summary>Forgets what was found.</summary>
    public void Clear() => Count = 0;

    internal void Add(Detection detection)
    {
        if (Count == _found.Length) Array.Resize(ref _found, 2 * Count);
        _found[Count++] = detection;
    }
}
