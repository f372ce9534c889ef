namespace SecureExchange.Gateway.Storage;

/// <summary>The name of a blob: segments of <c>[a-z0-9._-]</c> between <c>/</c>, none of which begins with a dot.</summary>
/// <remarks>Names are made by the gateway out of ids, numbers and fixed words, never out of a name that somebody gave a
/// file. The rule leaves no <c>..</c>, no absolute path, no letter case and no Unicode form, so a name means the same
/// object in every store, and leaves names that begin with a dot to the store itself. A name must not also be the
/// folder of another name: <c>a</c> and <c>a/b</c> can't both be blobs.</remarks>
public readonly record struct BlobName
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 512;

    /// <summary>The longest segment, in characters: what file systems allow for one name, with room for a suffix.</summary>
    public const int MaxSegmentLength = 200;

    private readonly string? _value;

    /// <exception cref="ArgumentException">The text isn't a blob's name.</exception>
    public BlobName(string value)
    {
        if (!IsValid(value)) throw new ArgumentException("not a blob's name", nameof(value));
        _value = value;
    }

    /// <summary>The name as text.</summary>
    public string Value => _value ?? throw new InvalidOperationException("a blob's name that was never set");

    /// <summary>Reads a name that came from outside; false when it isn't one.</summary>
    public static bool TryParse(string? text, out BlobName name)
    {
        var valid = IsValid(text);
        name = valid ? new BlobName(text!) : default;
        return valid;
    }

    public override string ToString() => Value;

    /// <summary>Whether a text could be the beginning of a name. The last segment may be empty or unfinished.</summary>
    internal static bool IsPrefix(string prefix) =>
        prefix.Length <= MaxLength && (prefix.Length == 0 || IsValid(prefix.EndsWith('/') ? prefix[..^1] : prefix));

    internal static bool IsSegment(ReadOnlySpan<char> segment)
    {
        if (segment.Length is 0 or > MaxSegmentLength || segment[0] == '.') return false;
        foreach (var c in segment)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-')) return false;
        }

        return true;
    }

    private static bool IsValid(string? text)
    {
        if (text is null || text.Length is 0 or > MaxLength) return false;
        foreach (var segment in text.AsSpan().Split('/'))
        {
            if (!IsSegment(text.AsSpan(segment))) return false;
        }

        return true;
    }
}
