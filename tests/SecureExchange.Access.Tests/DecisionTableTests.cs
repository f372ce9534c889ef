using SecureExchange.Testing;

namespace SecureExchange.Access.Tests;

/// <summary>The policy against the files that people read: each cell of the table, and the page for who answers for access.</summary>
public class DecisionTableTests
{
    private const string Update = "SX_UPDATE_ACCESS";

    [Fact]
    public void Every_decision_is_the_one_that_is_written_down() => IsOnFile(DecisionTable.Path, DecisionTable.Render());

    [Fact]
    public void The_page_about_access_says_what_the_policy_does() =>
        IsOnFile(Path.Combine(Checkout.Root, "docs/access.md"), AccessPage.Render());

    [Fact]
    public void A_stranger_finds_nothing_whatever_the_role_and_the_state()
    {
        foreach (var (role, permission, column) in Everything())
            Assert.Equal("not-found", DecisionTable.Cell("stranger", role, permission, column));
    }

    [Fact]
    public void A_role_counts_for_its_own_side_only()
    {
        foreach (var (role, permission, column) in Everything())
        {
            foreach (var relation in DecisionTable.Relations)
            {
                var isOwn = role.StartsWith(relation, StringComparison.Ordinal) || role == "auditor";
                Assert.True(isOwn || DecisionTable.Cell(relation, role, permission, column) != "yes", $"{role} as {relation}: {permission} ({column})");
            }
        }
    }

    [Fact]
    public void Nothing_that_moves_work_is_granted_outside_of_an_active_agreement()
    {
        foreach (var (role, permission, column) in Everything())
        {
            if (permission is not (Permission.SendDispatch or Permission.SendRecords or Permission.FetchMasked or Permission.SendReturn
                or Permission.RequestReveal or Permission.DecideReveal or Permission.ShowReveal)) continue;
            if (column is "active" or "after-hours" or "no-reveals" or "no-approver") continue;
            foreach (var relation in DecisionTable.Relations) Assert.NotEqual("yes", DecisionTable.Cell(relation, role, permission, column));
        }
    }

    [Fact]
    public void No_role_both_asks_for_a_reveal_and_decides_about_it()
    {
        foreach (var relation in DecisionTable.Relations)
        {
            foreach (var role in RoleNames.All)
            {
                Assert.False(DecisionTable.Cell(relation, role, Permission.RequestReveal, "active") == "yes"
                    && RoleNames.All.Any(other => DecisionTable.Cell(relation, other, Permission.DecideReveal, "active") == "yes"));
            }
        }
    }

    [Fact]
    public void The_vendor_never_fetches_what_is_the_clients_and_an_auditor_never_fetches_at_all()
    {
        foreach (var (role, permission, column) in Everything())
        {
            if (permission == Permission.FetchForClient) Assert.NotEqual("yes", DecisionTable.Cell("vendor", role, permission, column));
            if (permission is not (Permission.ReadAgreement or Permission.ReadLog or Permission.ExplainAccess or Permission.ReadAttestation))
                Assert.NotEqual("yes", DecisionTable.Cell("auditor", role, permission, column));
        }
    }

    [Theory]
    [InlineData("client", "client.admin", "client", true)]
    [InlineData("client", "client.admin", "vendor", false)]
    [InlineData("vendor", "vendor.admin", "client", false)]
    [InlineData("auditor", "auditor", "vendor", true)]
    [InlineData("auditor", "auditor", "stranger", false)]
    public void An_administrator_asks_about_the_own_party_and_an_auditor_about_both(string relation, string role, string about, bool may)
    {
        var terms = DecisionTable.TermsIn("active");
        var granted = (AccessDecision.Granted)AccessPolicy.Decide(
            DecisionTable.CallerOf(relation, role), Permission.ExplainAccess, terms, terms.Starts.AddDays(1));
        Assert.Equal(may, AccessPolicy.MayExplain(granted.Grant, DecisionTable.CallerOf(about, role).Party));
    }

    private static IEnumerable<(string Role, Permission Permission, string Column)> Everything() =>
        from role in RoleNames.All from permission in DecisionTable.Permissions from column in DecisionTable.Columns select (role, permission, column);

    private static void IsOnFile(string path, string found)
    {
        if (Environment.GetEnvironmentVariable(Update) == "1" && Environment.GetEnvironmentVariable("CI") != "true") File.WriteAllText(path, found);
        var filed = File.Exists(path) ? File.ReadAllText(path) : "";
        var (now, before) = (found.Split('\n'), filed.Split('\n'));
        Assert.True(
            found == filed,
            $"The policy answers otherwise than {Path.GetFileName(path)} says. Meant? {Update}=1 dotnet test tests/SecureExchange.Access.Tests, and read the difference:\n"
            + string.Join('\n', now.Except(before).Select(line => "+ " + line).Concat(before.Except(now).Select(line => "- " + line))));
    }
}
