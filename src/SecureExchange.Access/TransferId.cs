using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SecureExchange.Access;

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
