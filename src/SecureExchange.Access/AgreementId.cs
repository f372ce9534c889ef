using System.Diagnostics.CodeAnalysis;

namespace SecureExchange.Access;

/// <summary>An agreement: <c>client.slug</c>, so that each client names its own and no name tells of another's.</summary>
public readonly record struct AgreementId
{
    private AgreementId(string value) => Value = value;

    public string Value { get; }

    /// <summary>The id of a client's agreement called <paramref name="slug"/> (1 to 40 of <c>a-z 0-9 -</c>).</summary>
    public static bool TryCreate(PartyId client, [NotNullWhen(true)] string? slug, out AgreementId id)
    {
        var valid = slug is { Length: >= 1 and <= 40 } && Slug.Is(slug);
        id = valid ? new AgreementId($"{client.Value}.{slug}") : default;
        return valid;
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out AgreementId id)
    {
        id = default;
        var dot = text?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot > 0 && PartyId.TryParse(text![..dot], out var client) && TryCreate(client, text[(dot + 1)..], out id);
    }

    public override string ToString() => Value;
}
