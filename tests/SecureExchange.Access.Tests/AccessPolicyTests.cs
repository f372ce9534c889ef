namespace SecureExchange.Access.Tests;

public class AccessPolicyTests
{
    private static readonly DateTimeOffset s_starts = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_ends = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_between = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Every role × relation, and what it may: each permission that isn't listed is denied.</summary>
    private static readonly string[] s_table =
    [
        "client.uploader Client  = SendDispatch SendRecords ListTransfers FetchForClient ReadFindings ReadAgreement ReadLog",
        "client.uploader Vendor  =",
        "client.uploader Auditor =",
        "client.uploader none    =",
        "client.approver Client  = ListTransfers ReadFindings ReadAgreement ReadLog",
        "client.approver Vendor  =",
        "client.approver Auditor =",
        "client.approver none    =",
        "client.admin    Client  = ListTransfers FetchForClient ReadFindings ReadAgreement ReadLog ChangeAgreement SignAgreement SuspendAgreement EndAgreement",
        "client.admin    Vendor  =",
        "client.admin    Auditor =",
        "client.admin    none    =",
        "vendor.agent    Client  =",
        "vendor.agent    Vendor  = FetchMasked SendReturn ListTransfers ReadFindings ReadAgreement ReadLog",
        "vendor.agent    Auditor =",
        "vendor.agent    none    =",
        "vendor.admin    Client  =",
        "vendor.admin    Vendor  = ListTransfers ReadFindings ReadAgreement ReadLog ChangeAgreement SignAgreement SuspendAgreement EndAgreement",
        "vendor.admin    Auditor =",
        "vendor.admin    none    =",
        "auditor         Client  = ReadAgreement ReadLog",
        "auditor         Vendor  = ReadAgreement ReadLog",
        "auditor         Auditor = ReadAgreement ReadLog",
        "auditor         none    =",
        "operator        Client  =",
        "operator        Vendor  =",
        "operator        Auditor =",
        "operator        none    =",
    ];

    public static TheoryData<string, string, string> Cells()
    {
        var cells = new TheoryData<string, string, string>();
        foreach (var line in s_table)
        {
            var (left, right) = (line[..line.IndexOf('=')], line[(line.IndexOf('=') + 1)..]);
            var key = left.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            cells.Add(key[0], key[1], right.Trim());
        }

        return cells;
    }

    [Theory, MemberData(nameof(Cells))]
    public void Each_role_may_what_its_line_says_and_nothing_else(string role, string relation, string allowed)
    {
        var expected = allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var permission in Enum.GetValues<Permission>())
        {
            var granted = AccessPolicy.Decide(Caller(PartyOf(relation), role), permission, Terms(), s_between) is AccessDecision.Granted;
            Assert.True(granted == expected.Contains(permission.ToString()), $"{role} as {relation}: {permission}");
        }
    }

    [Fact]
    public void The_table_has_a_line_for_every_role_and_relation() => Assert.Equal(
        RoleNames.All.Count() * (Enum.GetValues<Relation>().Length + 1), Cells().Count);

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
        "NotFound=1 RoleLacksPermission=2 NotYetStarted=3 Ended=4 NoCustody=5 NotSigned=6 Suspended=7 OutsideNetworks=8 OutsideHours=9",
        string.Join(' ', Enum.GetValues<DenialReason>().Select(r => $"{r}={(int)r}")));

    private static string PartyOf(string relation) => relation == "none" ? "stranger" : relation.ToLowerInvariant();

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
