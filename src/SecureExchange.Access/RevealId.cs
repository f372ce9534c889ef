using System.Diagnostics.CodeAnalysis;

namespace SecureExchange.Access;

/// <summary>A request to see one cell: as a <see cref="TransferId"/>, 26 characters of base 32 over 128 random bits.</summary>
public readonly record struct RevealId
{
    private RevealId(string value) => Value = value;

    public string Value { get; }

    public static RevealId New() => new(TransferId.New().Value);

    public static bool TryParse([NotNullWhen(true)] string? text, out RevealId id)
    {
        var valid = TransferId.TryParse(text, out var random);
        id = valid ? new RevealId(random.Value) : default;
        return valid;
    }

    public override string ToString() => Value;
}
