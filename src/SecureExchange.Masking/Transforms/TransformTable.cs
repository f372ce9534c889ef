using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>All transforms by their names, with how much of a value they let its reader see. To add one: one class with a
/// <c>Declare</c>, and one line here.</summary>
internal static class TransformTable
{
    private static readonly (string Name, Sight Sight, Func<TransformOptions, TransformRule> Declare)[] s_all =
    [
        ("keep", Sight.Value, Keep.Declare),
        ("redact", Sight.Nothing, Redact.Declare),
        ("replace", Sight.Nothing, Replace.Declare),
        ("mask", Sight.Part, MaskCharacters.Declare),
        ("tokenise", Sight.StandIn, Tokenise.Declare),
        ("fpe", Sight.StandIn, Fpe.Declare),
        ("pseudonym", Sight.StandIn, Pseudonym.Declare),
        ("vault-token", Sight.StandIn, VaultToken.Declare),
        ("hash", Sight.StandIn, Hash.Declare),
        ("shift-date", Sight.Part, ShiftDate.Declare),
        ("date-part", Sight.Part, DatePart.Declare),
        ("age", Sight.Part, Age.Declare),
        ("bucket", Sight.Part, Bucket.Declare),
        ("round", Sight.Part, Round.Declare),
        ("noise", Sight.Part, Noise.Declare),
        ("truncate", Sight.Part, Truncate.Declare),
        ("generalise", Sight.Part, Generalise.Declare),
        ("scan", Sight.Part, ScanText.Declare),
        ("drop", Sight.Nothing, Drop.Declare),
    ];

    public static string Names => string.Join(", ", s_all.Select(entry => entry.Name));

    /// <summary>How much a transform lets its reader see.</summary>
    public static Sight SightOf(string name) => Array.Find(s_all, entry => entry.Name == name).Sight;

    public static Func<TransformOptions, TransformRule>? Find(string name)
    {
        foreach (var entry in s_all)
        {
            if (entry.Name == name) return entry.Declare;
        }

        return null;
    }
}
