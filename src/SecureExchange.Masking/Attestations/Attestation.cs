using System.Reflection;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Risk;

namespace SecureExchange.Masking.Attestations;

/// <summary>How one transfer was masked, and what risk is left in it: names, counts and digests, no values. Format:
/// <c>docs/formats/attestation.md</c>.</summary>
public sealed record Attestation
{
    private static readonly string s_engine =
        typeof(Attestation).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>What was masked: a transfer's id, or what the caller calls it.</summary>
    public required string Transfer { get; init; }

    /// <summary>The profile's name.</summary>
    public required string Profile { get; init; }

    /// <summary>The profile author's own count.</summary>
    public required int ProfileVersion { get; init; }

    /// <summary><c>sha256:…</c> of the profile.</summary>
    public required string ProfileDigest { get; init; }

    /// <summary>For whose eyes, such as <c>vendor.agent@offshore</c>.</summary>
    public required string Audience { get; init; }

    /// <summary>The masking engine's version.</summary>
    public required string Engine { get; init; }

    /// <summary>Records that were passed on.</summary>
    public required long Records { get; init; }

    /// <summary>Records that the profile leaves out, and that nobody was sent.</summary>
    public long Suppressed { get; init; }

    /// <summary>In the profile's order.</summary>
    public required IReadOnlyList<AttestedField> Fields { get; init; }

    /// <summary>Made-up rows among <see cref="Records"/>, by which a copy that gets out is known.</summary>
    public long Canaries { get; init; }

    /// <summary>Fields whose tokens tell this copy from others.</summary>
    public IReadOnlyList<string> Watermarked { get; init; } = [];

    /// <summary>Personal data that a detector found in fields that the profile passes on as they are.</summary>
    public IReadOnlyList<Leak> Leaks { get; init; } = [];

    /// <summary>Known values that were put before the detectors of this transfer, as they are set for it: each has to be caught.</summary>
    public IReadOnlyList<PlantedCheck> Planted { get; init; } = [];

    /// <summary>What of the file besides its records was taken out or passed on, such as macros or comments.</summary>
    public IReadOnlyList<FormatRemark> Format { get; init; } = [];

    /// <summary>Null where the profile asks for no measurement.</summary>
    public RiskReport? Risk { get; init; }

    /// <summary>The profile's gates, in order, and <c>planted-values</c> where a detector didn't catch what it had to.</summary>
    public IReadOnlyList<GateResult> Gates { get; init; } = [];

    /// <summary>What a masker did, and what it measured.</summary>
    /// <param name="profile">By which profile.</param>
    /// <param name="report">The masker's, when it is done.</param>
    /// <param name="transfer">What was masked.</param>
    public static Attestation Of(MaskingProfile profile, MaskingReport report, string transfer) => new()
    {
        Transfer = transfer,
        Profile = profile.Name,
        ProfileVersion = profile.Version,
        ProfileDigest = profile.Digest,
        Audience = profile.Audience.ToString(),
        Engine = s_engine,
        Records = report.Records,
        Suppressed = report.Suppressed,
        Fields = [.. report.Fields.Select(field => new AttestedField(field.Name, field.Transform, field.Count, field.Failed, field.Entities))],
        Format = [.. report.Format.Select(finding => new FormatRemark(finding.Kind, finding.Count))],
        Leaks = report.Leaks,
        Planted = report.Planted,
        Canaries = report.Canaries,
        Watermarked = [.. Enumerable.Range(0, profile.Fields.Count).Where(profile.IsMarked).Select(i => profile.Fields[i].Name)],
        Risk = report.Risk,
        Gates = [.. profile.Risk is { } rules && report.Risk is { } risk ? rules.Check(risk, report.Leaks) : [], .. GateOf(report.Planted)],
    };

    /// <summary>No profile can ask for it not to be there: what detectors don't catch goes out unseen.</summary>
    private static IEnumerable<GateResult> GateOf(IReadOnlyList<PlantedCheck> checks)
    {
        var (planted, caught) = (checks.Sum(check => check.Planted), checks.Sum(check => check.Caught));
        return caught < planted ? [new GateResult("planted-values", planted, caught, Passed: false)] : [];
    }

    /// <summary>Whether every gate let the transfer through; where one didn't, it is held for approval.</summary>
    public bool Passed => Gates.All(gate => gate.Passed);
}

/// <summary>What became of one field.</summary>
/// <param name="Field">As the profile names it.</param>
/// <param name="Transform">The transform's name.</param>
/// <param name="Masked">Values that it was applied to. Empty ones stay empty and aren't counted.</param>
/// <param name="Failed">Values that it couldn't take and that were redacted instead.</param>
/// <param name="Entities">Of free text: how many of which entity were found and replaced.</param>
public sealed record AttestedField(string Field, string Transform, long Masked, long Failed, IReadOnlyList<EntityCount> Entities);

/// <summary>How often a detector found an entity.</summary>
public sealed record EntityCount(string Entity, long Count);

/// <summary>Personal data where the profile said there is none.</summary>
/// <param name="Field">As the profile names it.</param>
/// <param name="Entity">What it looks like.</param>
/// <param name="Count">How often.</param>
/// <param name="FirstRow">In which record first, from 1.</param>
public sealed record Leak(string Field, string Entity, long Count, long FirstRow);

/// <summary>Known values that were put before one detector, as the profile sets it, before it saw any of the file.</summary>
/// <param name="Field">The field of free text whose detector it is; null: the one that searches fields that are passed on as they are.</param>
/// <param name="Planted">How many: one for each entity that it looks for and can find at the score that it is set to.</param>
/// <param name="Missed">The entities whose value was let through.</param>
public sealed record PlantedCheck(string? Field, int Planted, IReadOnlyList<string> Missed)
{
    /// <summary>How many were caught.</summary>
    public int Caught => Planted - Missed.Count;
}

/// <summary>What was done about something in a file that isn't a record.</summary>
/// <param name="What">A stable name, such as <c>xlsx.macros</c>.</param>
/// <param name="Count">How often.</param>
public sealed record FormatRemark(string What, long Count);

/// <summary>One gate of the profile, and what was measured.</summary>
/// <param name="Gate">Its name in the profile, such as <c>min-k</c>.</param>
/// <param name="Limit">What the profile asks for.</param>
/// <param name="Measured">What was found.</param>
/// <param name="Passed">Whether that is good enough.</param>
public sealed record GateResult(string Gate, double Limit, double Measured, bool Passed);
