using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Returns;

/// <summary>A returned row that wasn't sent like this, kept until the manifest says why.</summary>
internal sealed class Suspect
{
    /// <summary>In the return, from 1.</summary>
    public required long Row { get; init; }

    public required ulong Tag { get; init; }

    /// <summary>Whether the very same row was sent, and has come back already.</summary>
    public required bool IsRepeated { get; init; }

    /// <summary>The row key's tag, or 0 without one.</summary>
    public required ulong Key { get; init; }

    public required CellState KeyState { get; init; }

    /// <summary>A short tag for each other tagged field.</summary>
    public required uint[] Cells { get; init; }

    public required CellState[] States { get; init; }

    /// <summary>The row of the dispatch that this one comes from, or 0.</summary>
    public long SentRow { get; set; }

    /// <summary>Whether that was found by the row key, not by what the rows have in common.</summary>
    public bool IsMatchedByKey { get; set; }

    /// <summary>Cells that it has in common with <see cref="SentRow"/>, where that wasn't found by the row key.</summary>
    public int Overlap { get; set; }

    /// <summary>Whether <see cref="SentRow"/> itself didn't come back, so that this row stands for it.</summary>
    public bool StandsForIt { get; set; }

    /// <summary>For each cell, whether it differs from <see cref="SentRow"/>'s.</summary>
    public bool[] Differs { get; set; } = [];

    /// <summary>For each cell, a row of the dispatch that had it, or 0.</summary>
    public required long[] SentAt { get; init; }

    /// <summary>Cells that aren't empty.</summary>
    public required int Filled { get; init; }

    /// <summary>Whether it can be said to come from <see cref="SentRow"/>.</summary>
    /// <param name="hasKey">A key that is whole and was never sent speaks against it, unless all else agrees.</param>
    public bool HasOrigin(bool hasKey)
    {
        if (SentRow == 0) return false;
        if (IsMatchedByKey) return true;
        return hasKey && KeyState == CellState.Sound ? Overlap == Filled : 2 * Overlap >= Filled;
    }

    /// <summary>Scratch: cells in common with the row of the dispatch that is being looked at.</summary>
    public (long Row, int Count) Common { get; set; }
}
