namespace SecureExchange.Masking.Profiles;

/// <summary>What changes for one audience when a masking profile takes another's place.</summary>
public static class ProfileDiff
{
    /// <summary>The fields that are seen otherwise than before: in the order of the new profile, and then those it has no more.</summary>
    /// <param name="before">The profile in force, as the audience has it; null: nothing was seen of anything.</param>
    /// <param name="after">The one that takes its place, as the audience has it.</param>
    public static IReadOnlyList<SightChange> Between(MaskingProfile? before, MaskingProfile after)
    {
        var changes = new List<SightChange>();
        foreach (var field in after.Fields) Add(changes, field.Name, FieldSight.Of(before?.RuleOf(field)), FieldSight.Of(field));

        foreach (var gone in before?.Fields ?? [])
        {
            if (!after.Fields.Any(field => field.IsFieldOf(gone))) Add(changes, gone.Name, FieldSight.Of(gone), FieldSight.Of(after.RuleOf(gone)));
        }

        AddLeftOut(changes, before, after);
        return changes;
    }

    /// <summary>Whole records are seen by fewer conditions more, by more of them less.</summary>
    private static void AddLeftOut(List<SightChange> changes, MaskingProfile? before, MaskingProfile after)
    {
        if (before is null && after.LeavesOut.Count == 0) return;
        var (old, now) = (before?.LeavesOut ?? [], after.LeavesOut);
        var (fewer, more) = (old.Except(now).Any(), now.Except(old).Any());
        if (before is not null && !fewer && !more) return;
        var (was, becomes) = (fewer && !more ? Sight.Part : Sight.Value, more && !fewer && before is not null ? Sight.Part : Sight.Value);
        Add(changes, "all records", FieldSight.OfRecords(before is null ? null : old, before is null ? Sight.Nothing : was), FieldSight.OfRecords(now, becomes));
    }

    private static void Add(List<SightChange> changes, string field, FieldSight before, FieldSight after)
    {
        if (before != after) changes.Add(new SightChange(field, before, after));
    }
}

/// <summary>What a reader sees of a field.</summary>
/// <param name="Transform">The transform with its options; null where the field isn't passed on.</param>
/// <param name="Sight">How much that is, at most.</param>
/// <param name="ReaderSees">The same in plain words.</param>
public sealed record FieldSight(string? Transform, Sight Sight, string ReaderSees)
{
    internal static FieldSight Of(FieldRule? field) => field is null
        ? new FieldSight(null, Sight.Nothing, "nothing: the field isn't passed on")
        : new FieldSight(
            field.Options.Length == 0 ? field.Transform : $"{field.Transform} ({field.Options})", field.Sight,
            string.Concat(field.When.Select(rule => $"where {rule.Condition}, {rule.ReaderSees}; else ")) + field.ReaderSees);

    internal static FieldSight OfRecords(IReadOnlyList<string>? leftOut, Sight sight) => leftOut is null
        ? new FieldSight(null, sight, "nothing")
        : leftOut.Count == 0 ? new FieldSight("all", sight, "all of them")
        : new FieldSight($"all but where {string.Join(", or ", leftOut)}", sight, $"all but those where {string.Join(", or ", leftOut)}");
}

/// <summary>One field that is seen otherwise than before.</summary>
public sealed record SightChange(string Field, FieldSight Before, FieldSight After)
{
    /// <summary>Whether its reader sees more; where both are alike in kind, only a person can tell which is more.</summary>
    public bool IsGain => After.Sight > Before.Sight;

    /// <summary>Whether its reader sees less.</summary>
    public bool IsLoss => After.Sight < Before.Sight;
}
