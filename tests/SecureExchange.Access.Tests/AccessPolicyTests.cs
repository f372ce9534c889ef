namespace SecureExchange.Access.Tests;

public class AccessPolicyTests
{
    private static readonly DateTimeOffset s_starts = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_ends = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_between = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_stranger_gets_the_answer_of_an_agreement_that_is_not_there()
    {
        var stranger = Caller("stranger", "client.uploader");
        Assert.Equal(
            AccessPolicy.Decide(stranger, Permission.ReadLog, null, s_between),
            AccessPolicy.Decide(stranger, Permission.ReadLog, Terms(), s_between));
    }

    [Theory]
    [InlineData("2025-12-31T23:59:59Z", DenialReason.NotYetStarted)]
    [InlineData("2026-01-01T00:00:00Z", null)]
    [InlineData("2026-12-31T23:59:59Z", null)]
    [InlineData("2027-01-01T00:00:00Z", DenialReason.Ended)]
    public void Work_moves_from_the_first_moment_of_an_agreement_until_before_its_end(string moment, DenialReason? reason)
    {
        var now = DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (party, role, permission) in new[]
        {
            ("client", "client.uploader", Permission.SendDispatch), ("client", "client.uploader", Permission.SendRecords),
            ("vendor", "vendor.agent", Permission.FetchMasked), ("vendor", "vendor.agent", Permission.SendReturn),
        })
        {
            var decision = AccessPolicy.Decide(Caller(party, role), permission, Terms(), now);
            Assert.Equal(reason, (decision as AccessDecision.Denied)?.Reason);
        }
    }

    [Fact]
    public void An_agreement_that_has_ended_can_still_be_audited()
    {
        var decision = AccessPolicy.Decide(Caller("auditor", "auditor"), Permission.ReadLog, Terms(), s_ends.AddYears(5));
        Assert.IsType<AccessDecision.Granted>(decision);
    }

    [Theory]
    [InlineData("client", "client.admin", true)]
    [InlineData("client", "client.uploader", false)]
    [InlineData("vendor", "client.admin", false)]
    [InlineData("vendor", "vendor.admin", false)]
    [InlineData("stranger", "operator", false)]
    public void Only_an_administrator_of_the_client_makes_an_agreement(string party, string role, bool allowed) =>
        Assert.Equal(allowed, AccessPolicy.DecideCreate(Caller(party, role), Party("client")) is AccessDecision.Granted);

    [Fact]
    public void A_grant_for_one_thing_is_refused_for_another()
    {
        var granted = (AccessDecision.Granted)AccessPolicy.Decide(Caller("vendor", "vendor.agent"), Permission.FetchMasked, Terms(), s_between);
        Assert.Same(granted.Grant, granted.Grant.Require(Permission.FetchMasked));
        Assert.Throws<InvalidOperationException>(() => granted.Grant.Require(Permission.SendReturn));
    }

    [Fact]
    public void Nobody_outside_of_Access_can_make_a_grant() =>
        Assert.Empty(typeof(Grant).GetConstructors(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance));

    /// <summary>They stand in the log: numbers are never changed or used again.</summary>
    [Fact]
    public void Denial_reasons_keep_their_numbers() => Assert.Equal(
        "NotFound=1 RoleLacksPermission=2 NotYetStarted=3 Ended=4 NoCustody=5 NotSigned=6 Suspended=7 OutsideNetworks=8 OutsideHours=9 NoReveals=10 NotApprover=11 OwnRequest=12 OnHold=13 CertificateRevoked=14",
        string.Join(' ', Enum.GetValues<DenialReason>().Select(r => $"{r}={(int)r}")));

    private static PartyId Party(string text) => PartyId.TryParse(text, out var id) ? id : throw new ArgumentException(text);

    private static Caller Caller(string party, string role)
    {
        Assert.True(CallerId.TryParse("someone", out var id));
        Assert.True(RoleNames.TryParse(role, out var parsed));
        return new Caller(Party(party), id, [parsed]);
    }

    private static AgreementTerms Terms()
    {
        Assert.True(AgreementId.TryCreate(Party("client"), "claims", out var id));
        return new AgreementTerms(id, "sha256:0", Party("client"), Party("vendor"), [Party("auditor")], s_starts, s_ends);
    }
}
