namespace SecureExchange.Masking.Profiles.Conditions;

/// <summary>Reads conditions: <c>{ field: status, is: [open, held] }</c>, <c>and</c>, <c>or</c>, <c>not</c>.</summary>
internal static class ConditionReader
{
    private const int MaxParts = 64;

    /// <exception cref="ProfileException">It isn't one.</exception>
    public static Condition Read(YamlNode node)
    {
        var section = new ProfileSection(node, "a condition");
        Condition condition;
        if (section.Find("field") is not null)
        {
            condition = FieldTest.Read(section);
        }
        else
        {
            var (and, or, not) = (section.Find("and"), section.Find("or"), section.Find("not"));
            if ((and is null ? 0 : 1) + (or is null ? 0 : 1) + (not is null ? 0 : 1) != 1)
                throw section.Wrong("", "a condition is about a field, or one of and, or, not: { field: status, is: closed }");
            condition = not is not null ? new Negated(Read(not)) : new Combined(Parts(section, and is null ? "or" : "and"), all: and is not null);
        }

        section.RefuseOthers();
        return condition;
    }

    private static List<Condition> Parts(ProfileSection section, string key) =>
        section.Require(key) is YamlList { Items.Count: >= 2 and <= MaxParts } list
            ? [.. list.Items.Select(Read)]
            : throw section.Wrong(key, $"{key} is a list of 2 to {MaxParts} conditions");
}
