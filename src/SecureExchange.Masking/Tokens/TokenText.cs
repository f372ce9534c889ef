using System.Buffers;
using System.Buffers.Text;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SecureExchange.Masking.Tokens;

/// <summary>The octets of a token as base64url (RFC 4648 §5, no padding), 48 of them at a step where the processor has AVX-512 VBMI.</summary>
internal static class TokenText
{
    /// <summary>Octets that are read and written at a step: as many may be behind what is meant, on both sides.</summary>
    public const int Step = 64;

    private const int Octets = 48;
    private const byte NoDigit = 0x80;

    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    private static readonly byte[] s_values = Values();

    /// <summary>In each four octets: the second, first, third and second of three, from where MultiShift takes six bits each.</summary>
    private static readonly Vector512<byte> s_spread = Every(4, (word, i) => (3 * word) + (i switch { 0 => 1, 1 => 0, 2 => 2, _ => 1 }));

    private static readonly Vector512<byte> s_shifts = Every(8, (_, i) => i switch { 0 => 10, 1 => 4, 2 => 22, 3 => 16, 4 => 42, 5 => 36, 6 => 54, _ => 48 });

    /// <summary>The three octets that are in each four, the last first.</summary>
    private static readonly Vector512<byte> s_gather = Every(3, (word, i) => word < Step / 4 ? (4 * word) + 2 - i : 0);

    /// <summary>Writes octets.</summary>
    /// <param name="octets">They, and at least <see cref="Step"/> that don't matter behind them.</param>
    /// <param name="count">How many are meant.</param>
    /// <param name="text">Receives the text. Up to <see cref="Step"/> octets behind it are written over.</param>
    /// <returns>Octets of the text.</returns>
    public static int Encode(ReadOnlySpan<byte> octets, int count, Span<byte> text)
    {
        if (!Avx512Vbmi.IsSupported) return Base64Url.EncodeToUtf8(octets[..count], text);
        var alphabet = Vector512.Create(Alphabet);
        var at = 0;
        for (var from = 0; from < count; from += Octets, at += Step)
        {
            // What is behind the last octet counts as zeros (RFC 4648 §3.5).
            var some = Vector512.Create(octets[from..]) & Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)Math.Min(count - from, Octets)));
            var digits = Avx512Vbmi.MultiShift(s_shifts, Avx512Vbmi.PermuteVar64x8(some, s_spread).AsUInt64());
            Avx512Vbmi.PermuteVar64x8(alphabet, digits).CopyTo(text[at..]);
        }

        return ((count * 4) + 2) / 3;
    }

    /// <summary>Reads a text, of which there is one spelling only.</summary>
    /// <param name="text">It, and at least <see cref="Step"/> octets that don't matter behind it.</param>
    /// <param name="length">Octets of it.</param>
    /// <param name="octets">Receives the octets. Up to <see cref="Step"/> behind them are written over.</param>
    /// <returns>How many, or -1 for a text that isn't one.</returns>
    public static int Decode(ReadOnlySpan<byte> text, int length, Span<byte> octets)
    {
        if (!Avx512Vbmi.IsSupported) return DecodeOne(text[..length], octets);
        if (length % 4 == 1) return -1;
        var (low, high) = (Vector512.Create<byte>(s_values), Vector512.Create(s_values.AsSpan(Step)));
        var wrong = Vector512<byte>.Zero;
        var at = 0;
        for (var from = 0; from < length; from += Step, at += Octets)
        {
            var some = Vector512.Create(text[from..]);
            var left = length - from;
            var isMeant = left >= Step ? Vector512<byte>.AllBitsSet : Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)left));
            var values = Avx512Vbmi.PermuteVar64x8x2(low, some, high) & isMeant;
            wrong |= values | (some & isMeant); // An octet from 128 up was looked up as another one.
            var twos = Avx512BW.MultiplyAddAdjacent(values, Vector512.Create(0x01400140).AsSByte());
            var fours = Avx512BW.MultiplyAddAdjacent(twos, Vector512.Create(0x00011000).AsInt16());
            Avx512Vbmi.PermuteVar64x8(fours.AsByte(), s_gather).CopyTo(octets[at..]);
        }

        if ((wrong & Vector512.Create(NoDigit)) != Vector512<byte>.Zero) return -1;
        // Bits that mean nothing are zero, or two texts would be one.
        var loose = (length % 4) switch { 2 => 0x0F, 3 => 0x03, _ => 0 };
        return loose != 0 && (s_values[text[length - 1]] & loose) != 0 ? -1 : length * 3 / 4;
    }

    /// <summary>The same for a text by itself, by the platform's decoder. That skips blanks and loose bits: what it took must be what it would write.</summary>
    public static int DecodeOne(ReadOnlySpan<byte> text, Span<byte> octets)
    {
        if (Base64Url.DecodeFromUtf8(text, octets, out _, out var count) != OperationStatus.Done) return -1;
        if (text.Length != Base64Url.GetEncodedLength(count)) return -1;
        var rest = count % 3;
        if (rest == 0) return count;
        Span<byte> end = stackalloc byte[4];
        return text.EndsWith(end[..Base64Url.EncodeToUtf8(octets[(count - rest)..count], end)]) ? count : -1;
    }

    private static byte[] Values()
    {
        var values = new byte[2 * Step];
        values.AsSpan().Fill(NoDigit);
        for (var i = 0; i < Alphabet.Length; i++) values[Alphabet[i]] = (byte)i;
        return values;
    }

    private static Vector512<byte> Every(int size, Func<int, int, int> value)
    {
        Span<byte> octets = stackalloc byte[Step];
        for (var i = 0; i < Step; i++) octets[i] = (byte)value(i / size, i % size);
        return Vector512.Create<byte>(octets);
    }
}
