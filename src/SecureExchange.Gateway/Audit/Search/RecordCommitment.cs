using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace SecureExchange.Gateway.Audit.Search;

/// <summary>What stands for a record in the log: <c>rec:</c> and 32 hex digits, from the record's key and a salt that dies
/// with the transfer. Without the salt it can't be turned back, or tried against guesses.</summary>
public readonly record struct RecordCommitment
{
    private const string Prefix = "rec:";
    private const int Digits = 32;

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    private RecordCommitment(string value) => Value = value;

    public string Value { get; }

    internal static RecordCommitment Of(ReadOnlySpan<byte> mac) => new($"{Prefix}{Convert.ToHexStringLower(mac[..(Digits / 2)])}");

    public static bool TryParse([NotNullWhen(true)] string? text, out RecordCommitment commitment)
    {
        var isOne = text is not null && text.Length == Prefix.Length + Digits && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.AsSpan(Prefix.Length).IndexOfAnyExcept(s_digits) < 0;
        commitment = isOne ? new RecordCommitment(text!) : default;
        return isOne;
    }

    public override string ToString() => Value;
}
