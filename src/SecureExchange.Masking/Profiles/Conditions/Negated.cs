using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Profiles.Conditions;

/// <summary>The opposite of a condition.</summary>
internal sealed class Negated(Condition inner) : Condition
{
    public override IEnumerable<int> Fields => inner.Fields;

    public override void Bind(IReadOnlyList<FieldDeclaration> fields) => inner.Bind(fields);

    public override Condition Behind(int others, string kind) => new Negated(inner.Behind(others, kind));

    public override bool Holds(RecordCells record) => !inner.Holds(record);

    public override string ToString() => $"not ({inner})";
}
