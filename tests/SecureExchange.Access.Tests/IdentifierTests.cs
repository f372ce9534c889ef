namespace SecureExchange.Access.Tests;

public class IdentifierTests
{
    [Theory]
    [InlineData("northwind.claims", true)]
    [InlineData("northwind.claims-2026", true)]
    [InlineData("gateway", false)]
    [InlineData("northwind.", false)]
    [InlineData(".claims", false)]
    [InlineData("northwind..claims", false)]
    [InlineData("northwind.claims/../x", false)]
    [InlineData("northwind.Claims", false)]
    [InlineData("northwind.claims\n", false)]
    [InlineData("n.claims", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void An_agreement_is_named_by_its_client_and_a_slug(string? text, bool valid) =>
        Assert.Equal(valid, AgreementId.TryParse(text, out _));

    [Theory]
    [InlineData("abcdefghijklmnopqrstuvwxyz", true)]
    [InlineData("abcdefghijklmnopqrstuvwxy", false)]
    [InlineData("abcdefghijklmnopqrstuvwxy1", false)]
    [InlineData("../defghijklmnopqrstuvwxyz", false)]
    public void A_transfer_id_is_26_characters_of_base_32(string text, bool valid) =>
        Assert.Equal(valid, TransferId.TryParse(text, out _));

    [Fact]
    public void New_transfer_ids_parse_and_differ()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => TransferId.New()).ToList();
        Assert.All(ids, id => Assert.True(TransferId.TryParse(id.Value, out _)));
        Assert.Equal(1000, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("agent-7", true)]
    [InlineData("a@b.example", true)]
    [InlineData("a b", false)]
    [InlineData("a\u202eb", false)]
    [InlineData("", false)]
    public void A_caller_id_holds_nothing_that_could_mislead_a_reader(string text, bool valid) =>
        Assert.Equal(valid, CallerId.TryParse(text, out _));

    [Fact]
    public void Role_names_read_back() =>
        Assert.All(Enum.GetValues<Role>(), role => Assert.True(RoleNames.TryParse(RoleNames.Of(role), out var back) && back == role));
}
