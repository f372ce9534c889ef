namespace SecureExchange.Fuzz;

/// <summary>A message of which single octets are altered.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Octets">The message.</param>
/// <param name="Failure">Reads it: null where it is taken for what it was, else what is said of it.</param>
internal sealed record Flippable(string Kind, byte[] Octets, Func<byte[], string?> Failure)
{
    /// <summary>Which octets are encrypted, and neither a length nor a field in clear: for all of them there is one error.</summary>
    public bool[] Ciphertext { get; init; } = new bool[Octets.Length];

    /// <summary>Which octets may be altered without altering what is said: what armor wraps around, and what a signature doesn't
    /// cover.</summary>
    public Func<int, bool> MeansNothing { get; init; } = at => at == 0; // The same packet with a header of the old format.
}
