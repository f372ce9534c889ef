namespace SecureExchange.Masking.Transforms;

/// <summary>All transforms by their names. To add one: one class with a <c>Declare</c>, and one line here.</summary>
internal static class TransformTable
{
    private static readonly (string Name, Func<TransformOptions, TransformRule> Declare)[] s_all =
    [
        ("keep", Keep.Declare),
        ("redact", Redact.Declare),
        ("replace", Replace.Declare),
        ("keep-last", KeepLast.Declare),
        ("tokenise", Tokenise.Declare),
        ("fpe", Fpe.Declare),
        ("hash", Hash.Declare),
        ("shift-date", ShiftDate.Declare),
        ("generalise", Generalise.Declare),
    ];

    public static string Names => string.Join(", ", s_all.Select(entry => entry.Name));

    public static Func<TransformOptions, TransformRule>? Find(string name)
    {
        foreach (var entry in s_all)
        {
            if (entry.Name == name) return entry.Declare;
        }

        return null;
    }
}
