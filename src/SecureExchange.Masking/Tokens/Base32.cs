namespace SecureExchange.Masking.Tokens;

/// <summary>RFC 4648 base 32 without padding, as people and programs hand it on: either case, blanks between.</summary>
internal static class Base32
{
    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"u8;

    public static int EncodedLength(int bytes) => ((bytes * 8) + 4) / 5;

    public static void Encode(ReadOnlySpan<byte> bytes, Span<byte> text)
    {
        var (bits, held, at) = (0, 0, 0);
        foreach (var b in bytes)
        {
            bits = (bits << 8) | b;
            for (held += 8; held >= 5; held -= 5) text[at++] = Alphabet[bits >> (held - 5) & 31];
            bits &= (1 << held) - 1;
        }

        if (held > 0) text[at] = Alphabet[bits << (5 - held) & 31];
    }

    /// <summary>The value of a character, or -1. What is easily mistaken for a letter counts as that letter.</summary>
    public static int Value(byte c) => c switch
    {
        >= (byte)'a' and <= (byte)'z' => c - 'a',
        >= (byte)'A' and <= (byte)'Z' => c - 'A',
        >= (byte)'2' and <= (byte)'7' => c - '2' + 26,
        (byte)'0' => 'O' - 'A',
        (byte)'1' => 'I' - 'A',
        (byte)'8' => 'B' - 'A',
        _ => -1,
    };
}
