using SecureExchange.Masking.Profiles;

namespace SecureExchange.Masking.Transforms;

/// <summary>All transforms by their names, with how much of a value they let its reader see, and in words what. To add one: one class with a
/// <c>Declare</c>, and one line here.</summary>
internal static class TransformTable
{
    private static readonly (string Name, Sight Sight, string Reader, Func<TransformOptions, TransformRule> Declare)[] s_all =
    [
        ("keep", Sight.Value, "the value itself", Keep.Declare),
        ("redact", Sight.Nothing, "that there is a value", Redact.Declare),
        ("replace", Sight.Nothing, "a fixed text, or one from a list", Replace.Declare),
        ("mask", Sight.Part, "some of its characters, the others as stars", MaskCharacters.Declare),
        ("tokenise", Sight.StandIn, "a token, the same for the same value", Tokenise.Declare),
        ("fpe", Sight.StandIn, "an encrypted value of the same form", Fpe.Declare),
        ("pseudonym", Sight.StandIn, "an invented name, address or number", Pseudonym.Declare),
        ("vault-token", Sight.StandIn, "a random token, the same for the same value", VaultToken.Declare),
        ("hash", Sight.StandIn, "a keyed hash, the same for the same value", Hash.Declare),
        ("shift-date", Sight.Part, "a date moved by a secret number of days", ShiftDate.Declare),
        ("date-part", Sight.Part, "part of the date", DatePart.Declare),
        ("age", Sight.Part, "an age in years", Age.Declare),
        ("bucket", Sight.Part, "the range that the number is in", Bucket.Declare),
        ("round", Sight.Part, "a rounded number", Round.Declare),
        ("noise", Sight.Part, "a number near the real one", Noise.Declare),
        ("truncate", Sight.Part, "the first part, or a coarser value", Truncate.Declare),
        ("generalise", Sight.Part, "the group that the value belongs to", Generalise.Declare),
        ("scan", Sight.Part, "the text with the personal data in it replaced", ScanText.Declare),
        ("drop", Sight.Nothing, "nothing: the field is left out", Drop.Declare),
    ];

    public static string Names => string.Join(", ", s_all.Select(entry => entry.Name));

    /// <summary>How much a transform lets its reader see.</summary>
    public static Sight SightOf(string name) => Array.Find(s_all, entry => entry.Name == name).Sight;

    /// <summary>What the reader sees, in words for people who don't know the transform.</summary>
    public static string ReaderSees(string name) => Array.Find(s_all, entry => entry.Name == name).Reader;

    public static Func<TransformOptions, TransformRule>? Find(string name)
    {
        foreach (var entry in s_all)
        {
            if (entry.Name == name) return entry.Declare;
        }

        return null;
    }
}
