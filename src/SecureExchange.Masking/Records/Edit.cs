namespace SecureExchange.Masking.Records;

/// <summary>One place of a batch's bytes that is written differently; all else is copied as it came.</summary>
/// <param name="Start">First byte that is replaced.</param>
/// <param name="End">The byte behind the last one.</param>
/// <param name="Source">The field whose cell goes there, or one of the constants.</param>
/// <param name="Index">The cell.</param>
internal readonly record struct Edit(int Start, int End, int Source, int Index)
{
    /// <summary>Nothing goes there.</summary>
    public const int Removal = -1;

    /// <summary>An apostrophe goes there when the cell isn't one that the client sent.</summary>
    public const int Guard = -2;

    /// <summary>Blanks go there, as many as <see cref="Index"/> says.</summary>
    public const int Blank = -3;

    /// <summary>A row goes there that the file doesn't have.</summary>
    public const int Insertion = -4;

    /// <summary>A file goes there that is attached, and worked on by itself.</summary>
    public const int Gap = -5;

    /// <summary>The row key stands there, and stays; a canary row has another one.</summary>
    public const int Key = -6;
}
