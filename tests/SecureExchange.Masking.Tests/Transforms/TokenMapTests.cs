using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using SecureExchange.Masking.Profiles;
using SecureExchange.Masking.Tokens;

namespace SecureExchange.Masking.Tests.Transforms;

public class TokenMapTests
{
    private static readonly byte[] s_key = [.. Enumerable.Repeat((byte)3, 32)];

    [Fact]
    public void A_vault_token_says_nothing_of_its_value_and_turns_back_with_the_map_only()
    {
        var map = new TokenMap();
        const string File = "a,b\nAna Lima,x\nBo,x\nAna Lima,x\n";
        var masked = Run(map, File, back: false);
        var cells = masked.Split('\n')[1..^1].Select(row => row.Split(',')[0]).ToArray();
        Assert.All(cells, cell => Assert.Matches("^vlt_[A-Za-z0-9_-]{22}$", cell));
        Assert.Equal(cells[0], cells[2]);
        Assert.NotEqual(cells[0], cells[1]);
        Assert.Equal(File, Run(map, masked, back: true));
        Assert.NotEqual(masked, Run(new TokenMap(), File, back: false));
        Assert.Equal(RecordError.ForeignToken, Assert.Throws<RecordException>(() => Run(new TokenMap(), masked, back: true)).Error);
    }

    [Fact]
    public void A_forgotten_value_turns_back_no_more_and_gets_another_token()
    {
        var map = new TokenMap();
        var masked = Run(map, "a,b\nAna Lima,x\nBo,x\n", back: false);
        Assert.True(map.Forget("a"u8, "Ana Lima"u8));
        Assert.False(map.Forget("a"u8, "Ana Lima"u8));
        Assert.Equal(1, Assert.Throws<RecordException>(() => Run(map, masked, back: true)).Row);
        Assert.NotEqual(masked.Split('\n')[1], Run(map, "a,b\nAna Lima,x\n", back: false).Split('\n')[1]);
    }

    [Fact]
    public void A_sealed_map_opens_with_its_key_and_scope_and_any_change_is_found()
    {
        var map = new TokenMap();
        var masked = Run(map, "a,b\nAna Lima,x\n,x\nBo,x\n", back: false);
        var content = map.Seal(s_key, "s");
        Assert.True(content.AsSpan().IndexOf("Ana Lima"u8) < 0);
        Assert.Equal("a,b\nAna Lima,x\n,x\nBo,x\n", Run(TokenMap.Open(content, s_key, "s"), masked, back: true));
        Assert.ThrowsAny<CryptographicException>(() => TokenMap.Open(content, s_key, "t"));
        Assert.ThrowsAny<CryptographicException>(() => TokenMap.Open(content, new byte[32], "s"));
        for (var i = 0; i < content.Length; i++)
        {
            var altered = content.ToArray();
            altered[i] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => TokenMap.Open(altered, s_key, "s"));
            Assert.ThrowsAny<CryptographicException>(() => TokenMap.Open(content.AsSpan(0, i), s_key, "s"));
        }
    }

    [Fact]
    public void Reversible_pseudonyms_are_different_for_different_values_and_turn_back()
    {
        var map = new TokenMap();
        var file = $"a,b\n{string.Concat(Enumerable.Range(0, 9000).Select(i => $"Person {i},+1 212 555 {i:D4}\n"))}";
        const string Fields = "a: { transform: pseudonym, kind: person, locale: uk, reversible: true }\nb: { transform: keep }";
        var masked = Run(map, file, back: false, Fields);
        var names = masked.Split('\n')[1..^1].Select(row => row.Split(',')[0]).ToArray();
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal(file, Run(map, masked, back: true, Fields));
        Assert.Equal(masked, Run(map, file, back: false, Fields));
    }

    [Theory]
    [InlineData("kind: person, locale: us", "Ana Lima", @"^\p{L}+ [\p{L} ]+$")]
    [InlineData("kind: person, locale: de", "LIMA, ANA", @"^\p{Lu}+, \p{Lu}+$")]
    [InlineData("kind: person, locale: in", "Ana", @"^\p{L}+$")]
    [InlineData("kind: given-name, locale: fr", "Ana", @"^\p{L}+$")]
    [InlineData("kind: family-name, locale: ph", "Lima", @"^[\p{L} ]+$")]
    [InlineData("kind: email, locale: de", "ana@bank.example.de", @"^[a-z]+\.[a-z]+\d+@example\.(com|org|net)$")]
    [InlineData("kind: phone, locale: us", "+1 (212) 867-5309", @"^\+1 \([2-9]\d\d\) 555-01\d\d$")]
    [InlineData("kind: phone, locale: de", "+49 30 1234567", @"^\+49 [2-9]\d \d{7}$")]
    [InlineData("kind: phone, locale: fr", "01 23 45 67 89", @"^0[2-9] \d\d \d\d \d\d \d\d$")]
    [InlineData("kind: street, locale: de", "Weg 1", @"^\D+ \d+$")]
    [InlineData("kind: street, locale: us", "1 Way", @"^\d+ \D+$")]
    [InlineData("kind: city, locale: uk", "Leeds", @"^\p{L}+$")]
    public void A_pseudonym_has_the_form_of_its_value_and_country(string rule, string value, string form)
    {
        var cell = value.Contains(',', StringComparison.Ordinal) ? $"\"{value}\"" : value;
        var masked = Run(new TokenMap(), $"a,b\n{cell},x\n{cell},x\n", back: false, $"a: {{ transform: pseudonym, {rule} }}\nb: {{ transform: keep }}").Split('\n');
        Assert.Matches(form, masked[1][..^2].Trim('"'));
        Assert.Equal(masked[1], masked[2]);
        Assert.NotEqual($"{cell},x", masked[1]);
    }

    [Fact]
    public void A_profile_that_needs_a_map_says_so()
    {
        Assert.True(Profile("a: { transform: vault-token }").NeedsMap);
        Assert.True(Profile("a: { transform: pseudonym, kind: email, locale: us, reversible: true }").NeedsMap);
        Assert.False(Profile("a: { transform: pseudonym, kind: email, locale: us }").NeedsMap);
        Assert.Throws<ProfileException>(() => Profile("a: { transform: vault-token, scope: client }"));
    }

    private static string Run(TokenMap map, string file, bool back, string fields = "a: { transform: vault-token }\nb: { transform: keep }")
    {
        using var keys = MaskingKeys.Derive(s_key, "s", s_key, "c", map);
        var output = new ArrayBufferWriter<byte>();
        if (back)
        {
            using var unmasker = new Unmasker(Profile(fields), keys);
            unmasker.Unmask(Encoding.UTF8.GetBytes(file), output);
            unmasker.Complete(output);
        }
        else
        {
            using var masker = new Masker(Profile(fields), keys);
            masker.Mask(Encoding.UTF8.GetBytes(file), output);
            masker.Complete(output);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static MaskingProfile Profile(string fields) => MaskingProfile.Parse(Encoding.UTF8.GetBytes(
        "profile: p\nversion: 1\nformat: csv\nfields:\n" + string.Concat(fields.Split('\n').Select(line => $"  {line}\n"))));
}
