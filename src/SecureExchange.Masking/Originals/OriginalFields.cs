using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Originals;

/// <summary>The fields whose values are kept where an agreement gives custody of originals: those that are masked, and that
/// <see cref="CellProof"/> can't turn back.</summary>
/// <remarks>Not those in arrays: one cell has to be named by its row and its field. Not those that are dropped: who never saw a field
/// doesn't ask for it.</remarks>
public static class OriginalFields
{
    /// <summary>Whether a field is one of them.</summary>
    public static bool Include(MaskingProfile profile, string field) =>
        Of(profile).Any(rule => profile.Fields[rule].Name == field);

    /// <summary>Indices of their rules, in the profile's order.</summary>
    internal static int[] Of(MaskingProfile profile) =>
    [
        .. Enumerable.Range(0, profile.Fields.Count).Where(i => profile.Fields[i] is { Path.HasElements: false } field
            && field.Rule is { Bind: not null, IsDrop: false } && !CellProof.CanProve(profile, field.Name)),
    ];
}
