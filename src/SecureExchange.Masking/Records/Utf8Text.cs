namespace SecureExchange.Masking.Records;

/// <summary>Characters (Unicode scalar values) in valid UTF-8.</summary>
internal static class Utf8Text
{
    public static bool IsContinuation(byte b) => (b & 0xC0) == 0x80;

    public static int CharacterCount(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var b in text) count += IsContinuation(b) ? 0 : 1;
        return count;
    }

    /// <summary>Where a character starts, or the end of the text when it has no more than that.</summary>
    public static int IndexOfCharacter(ReadOnlySpan<byte> text, int character)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!IsContinuation(text[i]) && character-- == 0) return i;
        }

        return text.Length;
    }
}
