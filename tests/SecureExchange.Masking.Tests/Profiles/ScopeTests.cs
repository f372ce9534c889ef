namespace SecureExchange.Masking.Tests.Profiles;

public class ScopeTests
{
    private const string Top = "profile: p\nversion: 1\nformat: csv\n";

    [Fact]
    public void Within_a_client_equal_values_are_equal_only_where_both_profiles_say_so()
    {
        const string Fields = "fields:\n  a: { transform: tokenise, scope: client }\n  b: { transform: tokenise }\n";
        using var one = new Exchange(Top + Fields, "a1");
        using var two = new Exchange(Top + Fields, "a2");
        using var other = new Exchange(Top + Fields.Replace(", scope: client", "", StringComparison.Ordinal), "a2");
        var (first, second, third) = (Cells(one), Cells(two), Cells(other));
        Assert.Equal(first[0], second[0]);
        Assert.NotEqual(first[1], second[1]);
        Assert.NotEqual(first[0], third[0]);
        Assert.Equal("a,b\nAna,Ana\n", two.Unmask($"a,b\n{first[0]},{second[1]}\n"));
    }

    [Fact]
    public void Fields_of_one_link_have_equal_masks_for_equal_values()
    {
        using var exchange = new Exchange(Top + """
            fields:
              a: { transform: fpe, alphabet: digits, link: member }
              b: { transform: fpe, alphabet: digits, link: member }
              c: { transform: fpe, alphabet: digits }
            """);
        var cells = exchange.Mask("a,b,c\n1234567,1234567,1234567\n").Split('\n')[1].Split(',');
        Assert.Equal(cells[0], cells[1]);
        Assert.NotEqual(cells[0], cells[2]);
    }

    [Fact]
    public void A_masker_without_a_client_key_makes_nothing_of_such_a_profile()
    {
        using var exchange = new Exchange(Top + "scope: client\nfields:\n  a: { transform: tokenise }\n");
        using var keys = MaskingKeys.Derive(new byte[32], "a1");
        Assert.Throws<InvalidOperationException>(() => new Masker(exchange.Profile, keys));
    }

    private static string[] Cells(Exchange exchange) => exchange.Mask("a,b\nAna,Ana\n").Split('\n')[1].Split(',');
}
