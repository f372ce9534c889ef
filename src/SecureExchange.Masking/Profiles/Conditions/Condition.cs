using SecureExchange.Masking.Records;

namespace SecureExchange.Masking.Profiles.Conditions;

/// <summary>A question about one record, answered from its values before they are masked.</summary>
internal abstract class Condition
{
    private protected Condition()
    {
    }

    /// <summary>The indices of the fields that it looks at.</summary>
    public abstract IEnumerable<int> Fields { get; }

    /// <summary>Finds the fields that it names.</summary>
    /// <exception cref="ProfileException">One isn't there, or a record may have several of it.</exception>
    public abstract void Bind(IReadOnlyList<FieldDeclaration> fields);

    /// <summary>The same of attached files, where other fields stand in front of theirs.</summary>
    /// <param name="others">How many.</param>
    /// <param name="kind">What the profile calls the files.</param>
    public abstract Condition Behind(int others, string kind);

    /// <exception cref="RecordException">A value isn't of the kind that is asked for.</exception>
    public abstract bool Holds(RecordCells record);

    /// <summary>In words, for people who sign a profile.</summary>
    public abstract override string ToString();
}
