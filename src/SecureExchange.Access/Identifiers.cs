using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SecureExchange.Access;

/// <summary>An organisation: client, vendor, auditor or operator. 2 to 32 of <c>a-z 0-9 -</c>, starting with a letter.</summary>
public readonly record struct PartyId
{
    private PartyId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out PartyId id)
    {
        var valid = text is { Length: >= 2 and <= 32 } && Identifier.IsSlug(text);
        id = valid ? new PartyId(text!) : default;
        return valid;
    }

    public override string ToString() => Value;
}

/// <summary>A person or service of a party, as its issuer names it. 1 to 64 of <c>A-Z a-z 0-9 . _ @ -</c>.</summary>
/// <remarks>It stands in the log, so issuers should give pseudonymous ids (an object id, not an e-mail address).</remarks>
public readonly record struct CallerId
{
    private static readonly SearchValues<char> s_allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@-");

    private CallerId(string value) => Value = value;

    public string Value { get; }

    public static bool TryParse([NotNullWhen(true)] string? text, out CallerId id)
    {
        var valid = text is { Length: >= 1 and <= 64 } && !text.AsSpan().ContainsAnyExcept(s_allowed);
        id = valid ? new CallerId(text!) : default;
        return valid;
    }

    public override string ToString() => Value;
}

/// <summary>An agreement: <c>client.slug</c>, so that each client names its own and no name tells of another's.</summary>
public readonly record struct AgreementId
{
    private AgreementId(string value) => Value = value;

    public string Value { get; }

    /// <summary>The id of a client's agreement called <paramref name="slug"/> (1 to 40 of <c>a-z 0-9 -</c>).</summary>
    public static bool TryCreate(PartyId client, [NotNullWhen(true)] string? slug, out AgreementId id)
    {
        var valid = slug is { Length: >= 1 and <= 40 } && Identifier.IsSlug(slug);
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

/// <summary>A transfer: 26 characters of base 32 over 128 random bits, so it can't be guessed or enumerated.</summary>
public readonly record struct TransferId
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    private static readonly SearchValues<char> s_allowed = SearchValues.Create(Alphabet);

    private TransferId(string value) => Value = value;

    public string Value { get; }

    public static TransferId New() => new(RandomNumberGenerator.GetString(Alphabet, 26));

    public static bool TryParse([NotNullWhen(true)] string? text, out TransferId id)
    {
        var valid = text is { Length: 26 } && !text.AsSpan().ContainsAnyExcept(s_allowed);
        id = valid ? new TransferId(text!) : default;
        return valid;
    }

    public override string ToString() => Value;
}

/// <summary>What the ids have in common: they become parts of URLs and of blob names, so they hold nothing else.</summary>
internal static class Identifier
{
    private static readonly SearchValues<char> s_slug = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    internal static bool IsSlug(string text) =>
        text[0] is >= 'a' and <= 'z' && !text.AsSpan().ContainsAnyExcept(s_slug) && text[^1] != '-';
}
