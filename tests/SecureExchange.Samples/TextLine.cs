using System.Buffers.Text;
using System.Text;

namespace SecureExchange.Samples;

/// <summary>A growing piece of UTF-8, with the few things that samples are made of.</summary>
public sealed class TextLine
{
    private byte[] _bytes = new byte[1 << 17];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlySpan<byte> From(int start) => _bytes.AsSpan(start, Length - start);

    public void Clear() => Length = 0;

    public TextLine Add(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - Length < bytes.Length) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
        return this;
    }

    public TextLine Add(byte value) => Add([value]);

    public TextLine Add(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var length);
        return Add(digits[..length]);
    }

    /// <summary>A number with leading zeros.</summary>
    public TextLine Add(long number, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        for (var i = width - 1; i >= 0; i--, number /= 10) digits[i] = (byte)('0' + (number % 10));
        return Add(digits[..width]);
    }

    public TextLine AddDate(DateOnly date) =>
        Add(date.Year, 4).Add((byte)'-').Add(date.Month, 2).Add((byte)'-').Add(date.Day, 2);

    /// <summary>Cents as an amount with a point.</summary>
    public TextLine AddAmount(long cents) => Add(cents / 100).Add((byte)'.').Add(cents % 100, 2);

    public static byte[][] Utf8(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
