namespace SecureExchange.Masking.Records;

/// <summary>How far a batch is written.</summary>
internal struct EditPlace
{
    /// <summary>The first byte of the batch that isn't.</summary>
    public int At { get; set; }

    /// <summary>Where there is something to do beside the order of cells; nowhere: the greatest number.</summary>
    public int Next { get; init; }

    /// <summary>The first edit that isn't done.</summary>
    public int Edit { get; init; }

    /// <summary>The first of what is taken out that isn't yet.</summary>
    public int Removed { get; init; }
}
