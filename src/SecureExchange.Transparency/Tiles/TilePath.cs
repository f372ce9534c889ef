using System.Globalization;

namespace SecureExchange.Transparency.Tiles;

/// <summary>Where tlog-tiles has a tile or an entry bundle: <c>tile/&lt;L&gt;/&lt;N&gt;[.p/&lt;W&gt;]</c>.</summary>
/// <param name="Level">0 to 63 for hashes; <see cref="Entries"/> for an entry bundle.</param>
/// <param name="Index">Which tile of its level.</param>
/// <param name="Width">1 to 256; 256 is a full tile.</param>
internal readonly record struct TilePath(int Level, long Index, int Width)
{
    /// <summary>Hashes of a full tile, entries of a full bundle.</summary>
    internal const int Full = 256;

    internal const int Entries = -1;

    /// <summary>Levels of hash tiles that a tree can have, whatever size a long counts.</summary>
    internal const int Levels = 8;

    internal const string Prefix = "tile/";

    private const int MaxLevel = 63;

    /// <summary>Eight levels of three-digit elements is more than any size that a long counts.</summary>
    private const int MaxLength = 64;

    /// <summary>The tile at <paramref name="index"/> as a tree of <paramref name="size"/> entries has it; a width of 0
    /// says that it has none.</summary>
    internal static TilePath In(long size, int level, long index)
    {
        // C# shifts by the count modulo 64; no size reaches level 8.
        var hashes = level <= 0 ? size : level < Levels ? size >> (8 * level) : 0;
        return new TilePath(level, index, index > hashes / Full ? 0 : (int)Math.Min(hashes - index * Full, Full));
    }

    internal TilePath AsFull() => this with { Width = Full };

    /// <summary>What all partial tiles at this place start with.</summary>
    internal string PartialPrefix => $"{AsFull()}.p/";

    public override string ToString()
    {
        var level = Level == Entries ? "entries" : Level.ToString(CultureInfo.InvariantCulture);
        var number = (Index % 1000).ToString("d3", CultureInfo.InvariantCulture);
        for (var rest = Index / 1000; rest > 0; rest /= 1000)
            number = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:d3}/{number}");
        return Width == Full
            ? $"{Prefix}{level}/{number}"
            : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{level}/{number}.p/{Width}");
    }

    internal static bool TryParse(string path, out TilePath tile)
    {
        tile = default;
        if (path.Length > MaxLength || !path.StartsWith(Prefix, StringComparison.Ordinal)) return false;
        var parts = path.Split('/');
        var width = Full;
        var last = parts.Length - 1;
        if (last >= 3 && parts[last - 1].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!TryNumber(parts[last], out width)) return false;
            parts[--last] = parts[last][..^2];
        }

        var level = Entries;
        if (last < 2 || (parts[1] != "entries" && !TryNumber(parts[1], out level))) return false;
        long index = 0;
        for (var i = 2; i <= last; i++)
        {
            var digits = parts[i].AsSpan();
            if (i < last)
            {
                if (!digits.StartsWith("x")) return false;
                digits = digits[1..];
            }

            if (digits.Length != 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var part)
                || index > long.MaxValue / 1000 - 1)
            {
                return false;
            }

            index = index * 1000 + part;
        }

        if (level > MaxLevel || width is < 1 or > Full) return false;
        tile = new TilePath(level, index, width);
        return tile.ToString() == path; // One spelling: no x000 in front, no .p/256.
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
