namespace SecureExchange.Masking.Records.Mail;

/// <summary>One header of a message or of a part in it.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Start">Where its line begins.</param>
/// <param name="Value">Where its value is: behind the colon and the blanks there, folds included, without its line end.</param>
/// <param name="End">Behind its line end.</param>
internal sealed record MailHeader(string Name, int Start, Range Value, int End)
{
    /// <summary>The name in words that don't repeat what may be data; null where it isn't a plain one.</summary>
    public string? PlainName => Name.Length <= 64 && Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? Name : null;

    /// <summary>A header's value as RFC 2045 has it: <c>text/plain; charset="utf-8"; name=x</c>. Of a parameter that is there twice the first counts.</summary>
    public static (string Value, IReadOnlyDictionary<string, string> Parameters) Parse(ReadOnlySpan<byte> raw)
    {
        var pieces = HeaderPiece.Read(raw, out _);
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var piece in pieces.Skip(1))
        {
            if (piece.Name.Length > 0) parameters.TryAdd(piece.Name, piece.Value);
        }

        return (pieces[0].Text.Trim().ToLowerInvariant(), parameters);
    }
}
