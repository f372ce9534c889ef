namespace SecureExchange.Masking.Profiles.Conditions;

/// <summary>How a value is looked at.</summary>
internal enum TestOperator
{
    Is,
    StartsWith,
    EndsWith,
    Contains,
    LessThan,
    AtMost,
    MoreThan,
    AtLeast,
    Empty,
    Filled,
}

/// <summary>The operators' names in profiles, and in sentences.</summary>
internal static class TestOperators
{
    private static readonly (string Name, TestOperator Operator, string Words)[] s_all =
    [
        ("is", TestOperator.Is, "is"),
        ("starts-with", TestOperator.StartsWith, "starts with"),
        ("ends-with", TestOperator.EndsWith, "ends with"),
        ("contains", TestOperator.Contains, "contains"),
        ("less-than", TestOperator.LessThan, "is less than"),
        ("at-most", TestOperator.AtMost, "is at most"),
        ("more-than", TestOperator.MoreThan, "is more than"),
        ("at-least", TestOperator.AtLeast, "is at least"),
        ("empty", TestOperator.Empty, "is empty"),
    ];

    public static ReadOnlySpan<(string Name, TestOperator Operator, string Words)> All => s_all;

    public static string Words(TestOperator kind) => kind == TestOperator.Filled ? "isn't empty" : Array.Find(s_all, known => known.Operator == kind).Words;

    /// <summary>Whether it asks for numbers or dates.</summary>
    public static bool Compares(TestOperator kind) => kind is >= TestOperator.LessThan and <= TestOperator.AtLeast;

    /// <param name="kind">One that compares.</param>
    /// <param name="order">Of the value against what it is compared with: below 0, 0, above 0.</param>
    public static bool Fits(TestOperator kind, int order) => kind switch
    {
        TestOperator.LessThan => order < 0,
        TestOperator.AtMost => order <= 0,
        TestOperator.MoreThan => order > 0,
        _ => order >= 0,
    };
}
