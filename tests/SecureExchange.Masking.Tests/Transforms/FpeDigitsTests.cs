using System.Buffers;
using System.Text;
using SecureExchange.Cryptography;
using SecureExchange.Masking.Profiles;
using SecureExchange.Testing;

namespace SecureExchange.Masking.Tests.Transforms;

/// <summary>Values of digits go many at once through vectors; here each is worked out by itself, character by character.</summary>
public class FpeDigitsTests
{
    [Theory]
    [InlineData("", 0, 0, -1)]
    [InlineData(", keep-first: 4", 4, 0, -1)]
    [InlineData(", keep-first: 2, keep-last: 3", 2, 3, -1)]
    [InlineData(", check: luhn", 0, 0, 0)]
    [InlineData(", check: luhn, keep-first: 6", 6, 0, 0)]
    [InlineData(", check: npi", 0, 0, 24)]
    public void Many_values_agree_with_one_by_one(string options, int keepFirst, int keepLast, int luhn)
    {
        var profile = MaskingProfile.Parse(Encoding.UTF8.GetBytes(
            $"profile: test\nversion: 1\nformat: csv\nfields:\n  f: {{ transform: fpe, alphabet: digits{options} }}\n  g: {{ transform: keep }}\n"));
        using var keys = MaskingKeys.Derive(new byte[32], "a1");
        using var ff1 = new Ff1(keys.Fpe, 10, profile.Fields[0].KeyName);
        var draw = new Sequence(options.Length);
        var (plain, expected) = (new StringBuilder("f,g\n"), new StringBuilder("f,g\n"));
        for (var row = 0; row < 4000; row++)
        {
            // Of any length up to what halves of 63 bits hold and beyond, up to and beyond 32 octets.
            var value = Value(draw, keepFirst + keepLast + 6 + (luhn < 0 ? 0 : 1) + draw.Below(draw.Below(20) == 0 ? 40 : 12), luhn);
            plain.Append(value).Append(",x\n");
            expected.Append(Encrypt(ff1, value, keepFirst, keepLast, luhn)).Append(",x\n");
        }

        var masked = new ArrayBufferWriter<byte>();
        using (var masker = new Masker(profile, keys))
        {
            masker.Mask(Encoding.UTF8.GetBytes(plain.ToString()), masked);
            masker.Complete(masked);
        }

        Assert.Equal(expected.ToString(), Encoding.UTF8.GetString(masked.WrittenSpan));
        var back = new ArrayBufferWriter<byte>();
        using (var unmasker = new Unmasker(profile, keys))
        {
            unmasker.Unmask(masked.WrittenSpan, back);
            unmasker.Complete(back);
        }

        Assert.Equal(plain.ToString(), Encoding.UTF8.GetString(back.WrittenSpan));
    }

    [Fact]
    public void A_refused_record_leaves_nothing_behind_for_the_next()
    {
        var profile = MaskingProfile.Parse("profile: test\nversion: 1\nformat: ndjson\nfields:\n  $.f[*]: { transform: fpe, alphabet: digits }\n"u8);
        using var keys = MaskingKeys.Derive(new byte[32], "a1");
        using var masker = new Masker(profile, keys);
        using var other = new Masker(profile, keys);
        var (after, alone) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());

        Assert.False(masker.TryMaskRecord("{\"f\":[\"4111111111111111\",\"no number\"]}\n"u8, after, null, out _));
        Assert.True(masker.TryMaskRecord("{\"f\":[\"12345678\",\"87654321\"]}\n"u8, after, null, out _));
        Assert.True(other.TryMaskRecord("{\"f\":[\"12345678\",\"87654321\"]}\n"u8, alone, null, out _));

        Assert.Equal(Encoding.UTF8.GetString(alone.WrittenSpan), Encoding.UTF8.GetString(after.WrittenSpan));
    }

    private static string Value(Sequence draw, int digits, int luhn)
    {
        var value = new StringBuilder();
        for (var i = 0; i < digits; i++)
        {
            while (draw.Below(5) == 0) value.Append(draw.Of(' ', '-', '.', '/', '(', ')', '+', '_', ':', '#'));
            value.Append((char)('0' + draw.Below(10)));
        }

        if (draw.Below(6) == 0) value.Append('#');
        return luhn < 0 ? value.ToString() : WithCheckDigit(value.ToString(), luhn);
    }

    private static string Encrypt(Ff1 ff1, string value, int keepFirst, int keepLast, int luhn)
    {
        var places = Enumerable.Range(0, value.Length).Where(i => char.IsAsciiDigit(value[i])).ToList();
        var taken = places.Skip(keepFirst).Take(places.Count - keepFirst - keepLast - (luhn < 0 ? 0 : 1)).ToList();
        var numerals = taken.Select(i => (ushort)(value[i] - '0')).ToArray();
        ff1.Encrypt(numerals);
        var changed = value.ToCharArray();
        for (var i = 0; i < taken.Count; i++) changed[taken[i]] = (char)('0' + numerals[i]);
        return luhn < 0 ? new string(changed) : WithCheckDigit(new string(changed), luhn);
    }

    private static string WithCheckDigit(string value, int luhn)
    {
        var places = Enumerable.Range(0, value.Length).Where(i => char.IsAsciiDigit(value[i])).ToList();
        var sum = luhn;
        for (var i = 1; i < places.Count; i++)
        {
            var digit = value[places[^(i + 1)]] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? (2 * digit) - 9 : 2 * digit;
        }

        var changed = value.ToCharArray();
        changed[places[^1]] = (char)('0' + ((10 - (sum % 10)) % 10));
        return new string(changed);
    }
}
