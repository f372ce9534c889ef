namespace SecureExchange.Masking;

/// <summary>What is wrong with a return. Numbers are stable and only grow.</summary>
public enum FindingKind
{
    /// <summary>A token that isn't this agreement's, or wasn't sent in this dispatch.</summary>
    ForeignToken = 1,

    /// <summary>A masked value that was sent, but in another row.</summary>
    SwappedToken = 2,

    /// <summary>A masked value that was changed.</summary>
    EditedToken = 3,

    /// <summary>A row that was sent and didn't come back.</summary>
    MissingRow = 4,

    /// <summary>A row that came back more often than it was sent.</summary>
    DuplicatedRow = 5,

    /// <summary>A column that is needed to re-identify rows or to tell them apart didn't come back.</summary>
    MissingColumn = 6,

    /// <summary>A row of which nothing was sent.</summary>
    ForeignRow = 7,

    /// <summary>The field that tells rows apart was changed, and the rest of the row was sent under another.</summary>
    EditedRowKey = 8,
}
