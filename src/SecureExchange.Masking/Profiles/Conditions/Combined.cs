using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Profiles.Conditions;

/// <summary>All of several conditions, or any of them.</summary>
internal sealed class Combined(IReadOnlyList<Condition> parts, bool all) : Condition
{
    public override IEnumerable<int> Fields => parts.SelectMany(part => part.Fields);

    public override void Bind(IReadOnlyList<FieldDeclaration> fields)
    {
        foreach (var part in parts) part.Bind(fields);
    }

    public override Condition Behind(int others, string kind) => new Combined([.. parts.Select(part => part.Behind(others, kind))], all);

    public override bool Holds(RecordCells record)
    {
        foreach (var part in parts)
        {
            if (part.Holds(record) != all) return !all;
        }

        return all;
    }

    public override string ToString() => $"({string.Join(all ? " and " : " or ", parts)})";
}
