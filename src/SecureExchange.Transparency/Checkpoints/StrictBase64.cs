namespace SecureExchange.Transparency.Checkpoints;

/// <summary>RFC 4648 §4 with one spelling for each value: a note that reads the same must be the same bytes.</summary>
internal static class StrictBase64
{
    internal static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 4 * 3];
        if (text.Length % 4 != 0 || !Convert.TryFromBase64Chars(text, bytes, out var length)) return false;
        bytes = bytes[..length];

        // .NET skips white space and ignores stray bits before the padding.
        return text.SequenceEqual(Convert.ToBase64String(bytes));
    }
}
