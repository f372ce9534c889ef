using SecureExchange.Masking.Attestations;
using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking;

/// <summary>How a transfer was masked: counts and names, no values.</summary>
/// <param name="Records">Records masked so far.</param>
/// <param name="Fields">In the profile's order.</param>
/// <param name="Risk">What is left of risk in what goes out; null where the profile asks for no measurement.</param>
public sealed record MaskingReport(long Records, IReadOnlyList<FieldCount> Fields, RiskReport? Risk = null)
{
    /// <summary>Made-up rows among <see cref="Records"/>, by which a copy that got out is known.</summary>
    public long Canaries { get; init; }

    /// <summary>Personal data in fields that are passed on as they are, where the profile has them searched.</summary>
    public IReadOnlyList<Leak> Leaks { get; init; } = [];

    /// <summary>Known values that were put before each detector of this transfer, and those that it didn't catch.</summary>
    public IReadOnlyList<PlantedCheck> Planted { get; init; } = [];

    /// <summary>Records that the profile leaves out; they aren't in <see cref="Records"/>.</summary>
    public long Suppressed { get; init; }

    /// <summary>What was taken out of the file or changed beside its records, by name.</summary>
    public IReadOnlyList<FormatFinding> Format { get; init; } = [];
}
