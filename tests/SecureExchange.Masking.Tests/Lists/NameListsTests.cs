using System.Text;
using SecureExchange.Masking.Lists;

namespace SecureExchange.Masking.Tests.Lists;

public class NameListsTests
{
    public static TheoryData<string> Locales => [.. NameLists.Locales];

    [Theory]
    [MemberData(nameof(Locales))]
    public void A_country_has_lists_that_pseudonyms_can_be_made_of(string locale)
    {
        var lists = NameLists.Of(locale);
        foreach (var (list, least) in new[] { (lists.Given, 80), (lists.Neutral, 40), (lists.Family, 95), (lists.Streets, 30), (lists.Cities, 29) })
        {
            Assert.True(list.Length >= least, $"{list.Length} entries");
            Assert.Equal(list.Length, list.Select(Encoding.UTF8.GetString).Distinct().Count());
            Assert.All(list, entry => Assert.Matches(@"^[\p{L}'. -]+$", Encoding.UTF8.GetString(entry)));
        }
    }
}
