using SecureExchange.OpenPgp;

namespace SecureExchange.Fuzz.Targets;

/// <summary>One door of the engine, with what may come through it.</summary>
internal abstract class Target
{
    private protected Target(string name, int weight, IEnumerable<byte[]> seeds)
    {
        (Name, Weight) = (name, weight);
        Corpus = [.. seeds];
        if (Corpus.Count == 0) throw new InvalidOperationException($"no seeds for {name}");
    }

    /// <summary>Stands in the names of inputs that were found.</summary>
    public string Name { get; }

    /// <summary>How often it is tried, beside the others.</summary>
    public int Weight { get; }

    /// <summary>What is mutated. Grows between rounds.</summary>
    public List<byte[]> Corpus { get; }

    /// <summary>So much as a small message may ask for: what is refused for its size is refused early.</summary>
    protected static PgpLimits Limits { get; } = new()
    {
        FreeDecompression = 1 << 20,
        MaxPlaintext = 16 << 20,
        MaxS2kOctets = 1 << 18,
        MaxArgon2Memory = 1 << 20,
        MaxArgon2Octets = 1 << 22,
        MaxChunk = 1 << 18,
    };

    /// <summary>Gives the input to the engine.</summary>
    /// <returns>What came of it, in few words; an input with a new outcome is kept.</returns>
    /// <exception cref="PgpException">It was refused.</exception>
    /// <exception cref="Violation">What must never be.</exception>
    public abstract string Execute(byte[] input);
}
