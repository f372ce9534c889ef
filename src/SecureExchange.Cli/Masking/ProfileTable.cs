using SecureExchange.Masking.Profiles;

namespace SecureExchange.Cli.Masking;

/// <summary>A profile in words, for people who sign what it says.</summary>
internal static class ProfileTable
{
    /// <summary>A table for the profile's audience.</summary>
    internal static void Print(MaskingProfile profile)
    {
        var rows = new List<(string Name, string Holds, string Sees, string Back)>
        {
            ("field", "holds", $"{(profile.Audience == Audience.Anyone ? "whoever isn't named" : profile.Audience)} sees", "turns back"),
        };
        foreach (var field in profile.Fields)
        {
            rows.Add((field.Name, field.Type ?? "-", field.ReaderSees, field.IsReversible ? "yes" : "no"));
            foreach (var rule in field.When) rows.Add(("", "", $"but where {rule.Condition}: {rule.ReaderSees}", ""));
        }

        var (first, second, third) = (rows.Max(row => row.Name.Length), rows.Max(row => row.Holds.Length), rows.Max(row => row.Sees.Length));
        Terminal.Print($"{profile.Name}, version {profile.Version}");
        foreach (var row in rows) Terminal.Print($"  {row.Name.PadRight(first)}  {row.Holds.PadRight(second)}  {row.Sees.PadRight(third)}  {row.Back}".TrimEnd());
        if (profile.Fields.Any(field => field.IsPattern)) Terminal.Print("  In a name * stands for any letters and digits, and ? for one.");
        foreach (var condition in profile.LeavesOut) Terminal.Print($"  Records are left out where {condition}.");
        Terminal.Print(profile.Unlisted == UnlistedFields.Refuse
            ? "  A file with any other field is refused."
            : "  Any other field is left out.");
        foreach (var kind in profile.Attachments) Terminal.Print($"  {kind.Name}: {Describe(kind)}.");
        if (profile.Attachments.Count > 0)
            Terminal.Print(profile.Unlisted == UnlistedFields.Refuse ? "  A message with any other attached file is refused." : "  Any other attached file is left out.");
        Terminal.Print("");
    }

    private static string Describe(AttachmentRule kind)
    {
        var known = (kind.Files.Count > 0 ? $" called {string.Join(" or ", kind.Files)}" : "") + (kind.Media.Count > 0 ? $" of type {string.Join(" or ", kind.Media)}" : "");
        var becomes = kind.Profile switch
        {
            null => "are messages, and masked like the one that they are in",
            { Unlisted: UnlistedFields.Refuse } => "are opened; with any other field the message is refused",
            _ => "are opened; any other field of theirs is left out",
        };
        return $"attached files{known} {becomes}";
    }

    /// <summary>A line for each field of which the audience sees more or less than before, or something else.</summary>
    /// <returns>How many there are.</returns>
    internal static int PrintDifferences(MaskingProfile before, MaskingProfile after)
    {
        var changes = ProfileDiff.Between(before, after);
        foreach (var change in changes)
        {
            var how = change.IsGain ? "gains sight of" : change.IsLoss ? "loses sight of" : "gets otherwise";
            // The same in words may be more or less by its options.
            var isSame = change.Before.ReaderSees == change.After.ReaderSees;
            var (saw, sees) = isSame ? (change.Before.Transform, change.After.Transform) : (change.Before.ReaderSees, change.After.ReaderSees);
            Terminal.Print($"{after.Audience} {how} {change.Field}: {saw} -> {sees}");
        }

        return changes.Count;
    }
}
