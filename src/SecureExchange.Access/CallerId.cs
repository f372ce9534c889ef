using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SecureExchange.Access;

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
