using SecureExchange.Transparency.Tiles;

namespace SecureExchange.Transparency.Fsck;

/// <summary>A tile or bundle as it is stored: nothing about it is known to be right.</summary>
/// <param name="Path">Where it should be.</param>
/// <param name="Content">Null when it is missing.</param>
/// <param name="IsLonger">The partial one is gone, and this is the full one, which starts with it.</param>
/// <param name="Refusal">Why the reader wouldn't give it.</param>
internal readonly record struct StoredObject(
    TilePath Path, ReadOnlyMemory<byte>? Content, bool IsLonger, TransparencyError? Refusal)
{
    /// <summary>For a person, where there is no content.</summary>
    internal string WhyNot => Refusal is null ? "are missing" : "can't be read: a link, or too large";

    internal static async Task<StoredObject> ReadAsync(TileReader tiles, TilePath path, CancellationToken ct)
    {
        try
        {
            if (await tiles.ReadAsync(path.ToString(), ct) is { } content) return new StoredObject(path, content, false, null);
            return path.Width < TilePath.Full && await tiles.ReadAsync(path.AsFull().ToString(), ct) is { } full
                ? new StoredObject(path, full, true, null)
                : new StoredObject(path, null, false, null);
        }
        catch (TransparencyException e)
        {
            return new StoredObject(path, null, false, e.Error);
        }
    }
}
