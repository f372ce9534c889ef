using SecureExchange.Access;

namespace SecureExchange.Gateway.Agreements;

/// <summary>What an agreement's steps have made of it. A pure function of the steps in the order of their log: a step that
/// doesn't fit what came before it changes nothing, so every reader of the log comes to the same result.</summary>
internal sealed class AgreementHistory
{
    private readonly SortedDictionary<int, VersionStanding> _versions = [];
    private readonly HashSet<Relation> _suspendedBy = [];

    private AgreementHistory()
    {
    }

    internal static AgreementHistory Of(IEnumerable<AgreementStep> steps)
    {
        var history = new AgreementHistory();
        foreach (var step in steps) history.Apply(step);
        return history;
    }

    internal IReadOnlyCollection<VersionStanding> Versions => _versions.Values;

    internal bool IsEnded { get; private set; }

    internal bool IsSuspended => _suspendedBy.Count > 0;

    /// <summary>The version that is being written, or waits for signatures.</summary>
    internal VersionStanding? Open => _versions.Values.LastOrDefault(v => v.Stage is VersionStage.Draft or VersionStage.Proposed);

    internal int NextNumber => _versions.Count + 1;

    internal VersionStanding? Find(int number) => _versions.GetValueOrDefault(number);

    internal bool IsSuspendedBy(Relation side) => _suspendedBy.Contains(side);

    /// <summary>Whether a step would change anything.</summary>
    internal bool Takes(AgreementStep step) => !IsEnded && step.Kind switch
    {
        StepKind.Drafted => step.Number == NextNumber && (Open is null || (Open.Stage == VersionStage.Draft && Open.Author == step.Side)),
        StepKind.Proposed => Find(step.Number) is { Stage: VersionStage.Draft } draft && draft.Author == step.Side,
        StepKind.Signed => Find(step.Number) is { Stage: VersionStage.Proposed } proposed && !proposed.IsSignedBy(step.Side),
        StepKind.Withdrawn => Find(step.Number) is { Stage: VersionStage.Draft or VersionStage.Proposed },
        StepKind.Suspended => InForce is not null && !IsSuspendedBy(step.Side),
        StepKind.Resumed => IsSuspendedBy(step.Side),
        StepKind.Ended => InForce is not null,
    };

    /// <summary>The last version that both have signed.</summary>
    internal VersionStanding? InForce => _versions.Values.LastOrDefault(v => v.Stage == VersionStage.InForce);

    private void Apply(AgreementStep step)
    {
        if (!Takes(step)) return;
        var version = Find(step.Number)!;
        switch (step.Kind)
        {
            case StepKind.Drafted:
                if (Open is { } older) _versions[older.Number] = older with { Stage = VersionStage.Withdrawn };
                _versions[step.Number] = new VersionStanding(step.Number, step.Side, VersionStage.Draft, default, default);
                break;
            case StepKind.Proposed:
                _versions[step.Number] = version with { Stage = VersionStage.Proposed, WasProposed = true };
                break;
            case StepKind.Signed:
                var signed = step.Side == Relation.Client
                    ? version with { ClientSignature = step.Signature }
                    : version with { VendorSignature = step.Signature };
                _versions[step.Number] = signed.IsSignedBy(Relation.Client) && signed.IsSignedBy(Relation.Vendor)
                    ? signed with { Stage = VersionStage.InForce }
                    : signed;
                break;
            case StepKind.Withdrawn:
                _versions[step.Number] = version with { Stage = VersionStage.Withdrawn };
                break;
            case StepKind.Suspended:
                _suspendedBy.Add(step.Side);
                break;
            case StepKind.Resumed:
                _suspendedBy.Remove(step.Side);
                break;
            case StepKind.Ended:
                IsEnded = true;
                break;
        }
    }
}

/// <summary>How far one version has come.</summary>
/// <param name="Number">Which, from 1.</param>
/// <param name="Author">The side that wrote it.</param>
/// <param name="Stage">How far.</param>
/// <param name="ClientSignature">Empty until the client has signed.</param>
/// <param name="VendorSignature">Empty until the vendor has signed.</param>
public sealed record VersionStanding(
    int Number, Relation Author, VersionStage Stage, ReadOnlyMemory<byte> ClientSignature, ReadOnlyMemory<byte> VendorSignature)
{
    /// <summary>Whether the other party has ever seen it.</summary>
    public bool WasProposed { get; init; }

    public bool IsSignedBy(Relation side) => !(side == Relation.Client ? ClientSignature : VendorSignature).IsEmpty;
}
