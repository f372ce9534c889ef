using SecureExchange.Masking.Profiles;

namespace SecureExchange.Cli.Masking;

/// <summary>A profile in words, for people who sign what it says.</summary>
internal static class ProfileTable
{
    private const string Nothing = "nothing: the field isn't passed on";

    /// <summary>A table for the profile's audience.</summary>
    internal static void Print(MaskingProfile profile)
    {
        var rows = profile.Fields.Select(field => (field.Name, Holds: field.Type ?? "-", Sees: field.ReaderSees, Back: field.IsReversible ? "yes" : "no")).ToList();
        rows.Insert(0, ("field", "holds", $"{(profile.Audience == Audience.Anyone ? "whoever isn't named" : profile.Audience)} sees", "turns back"));
        var (first, second, third) = (rows.Max(row => row.Name.Length), rows.Max(row => row.Holds.Length), rows.Max(row => row.Sees.Length));
        Terminal.Print($"{profile.Name}, version {profile.Version}");
        foreach (var row in rows) Terminal.Print($"  {row.Name.PadRight(first)}  {row.Holds.PadRight(second)}  {row.Sees.PadRight(third)}  {row.Back}");
        Terminal.Print(profile.Unlisted == UnlistedFields.Refuse
            ? "  A file with any other field is refused."
            : "  Any other field is left out.");
        Terminal.Print("");
    }

    /// <summary>A line for each field of which the audience sees more or less than before, or something else.</summary>
    /// <returns>How many there are.</returns>
    internal static int PrintDifferences(MaskingProfile before, MaskingProfile after)
    {
        var count = 0;
        foreach (var name in before.Fields.Concat(after.Fields).Select(field => field.Name).Distinct())
        {
            var (old, now) = (before.Fields.FirstOrDefault(field => field.Name == name), after.Fields.FirstOrDefault(field => field.Name == name));
            var (saw, sees) = (old?.ReaderSees ?? Nothing, now?.ReaderSees ?? Nothing);
            var (least, most) = (old?.Sight ?? Sight.Nothing, now?.Sight ?? Sight.Nothing);
            if (saw == sees) continue;
            var how = most > least ? "gains sight of" : most < least ? "loses sight of" : "gets otherwise";
            Terminal.Print($"{after.Audience} {how} {name}: {saw} -> {sees}");
            count++;
        }

        return count;
    }
}
