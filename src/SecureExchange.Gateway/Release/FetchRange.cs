namespace SecureExchange.Gateway.Release;

/// <summary>One range of bytes (RFC 9110 §14.1.2).</summary>
/// <param name="From">The first byte; null: the last <paramref name="To"/> bytes.</param>
/// <param name="To">The last byte, included; null: to the end.</param>
public readonly record struct FetchRange(long? From, long? To)
{
    /// <summary>The digest of the part that this is a range of (If-Range, RFC 9110 §13.1.5): of any other, the whole is
    /// wanted. Null: of whatever the part is.</summary>
    public string? Digest { get; init; }

    /// <summary>What is left of the range within <paramref name="size"/> bytes; length 0 where nothing is.</summary>
    internal (long Offset, long Length) Within(long size)
    {
        var first = From ?? Math.Max(0, size - (To ?? 0));
        var last = From is null ? size - 1 : Math.Min(To ?? long.MaxValue, size - 1);
        return first > last ? (0, 0) : (first, last - first + 1);
    }
}
