using System.Diagnostics.CodeAnalysis;

namespace SecureExchange.Access;

/// <summary>An organisation: client, vendor, auditor or operator. 2 to 32 of <c>a-z 0-9 -</c>, starting with a letter.</summary>
public readonly record struct PartyId
{
    private PartyId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out PartyId id)
    {
        var valid = text is { Length: >= 2 and <= 32 } && Slug.Is(text);
        id = valid ? new PartyId(text!) : default;
        return valid;
    }

    public override string ToString() => Value;
}
