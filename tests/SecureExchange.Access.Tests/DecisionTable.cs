using System.Net;
using System.Text;
using SecureExchange.Testing;

namespace SecureExchange.Access.Tests;

/// <summary>Every decision that there is: relation × role × permission, in each state and under each condition.</summary>
internal static class DecisionTable
{
    internal static readonly string[] Columns =
        ["draft", "proposed", "signed", "active", "suspended", "ended", "over", "elsewhere", "after-hours", "no-reveals", "no-approver"];

    internal static readonly string[] Relations = ["client", "vendor", "auditor", "stranger"];

    private const string Head =
        """
        # What AccessPolicy answers: each cell is one decision. A change of the policy is a change of this file, for somebody to read.
        # Columns draft to over: the state of the agreement, everything else being as it should (ended: by a party; over: its end has
        # come). Then, in an active agreement: elsewhere: from outside of the party's networks; after-hours: outside of the vendor's hours; no-reveals: the agreement has
        # no reveals; no-approver: the caller isn't among its approvers.

        """;

    private static readonly DateTimeOffset s_working = new(2026, 6, 1, 10, 0, 0, TimeSpan.Zero);

    /// <summary>What belongs to an agreement; the others have nothing to do with one.</summary>
    internal static IEnumerable<Permission> Permissions =>
        Enum.GetValues<Permission>().Where(p => AccessPolicy.BelongsToAgreement(p));

    internal static string Path => System.IO.Path.Combine(Checkout.Root, "tests/SecureExchange.Access.Tests/DecisionTable.txt");

    internal static string Render()
    {
        var text = new StringBuilder(Head);
        Line(text, "relation", "role", "permission", Columns);
        foreach (var relation in Relations)
        {
            foreach (var role in RoleNames.All)
            {
                foreach (var permission in Permissions)
                    Line(text, relation, role, permission.ToString(), Columns.Select(column => Cell(relation, role, permission, column)));
            }
        }

        return text.ToString();
    }

    /// <summary>The word of one decision.</summary>
    internal static string Cell(string relation, string role, Permission permission, string column) =>
        AccessPolicy.Decide(CallerOf(relation, role, column), permission, TermsIn(column), column == "after-hours" ? s_working.AddHours(12) : s_working) switch
        {
            AccessDecision.Granted => "yes",
            AccessDecision.Denied denied => Word(denied.Reason),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    internal static string Word(DenialReason reason) => reason switch
    {
        DenialReason.NotFound => "not-found",
        DenialReason.RoleLacksPermission => "role",
        DenialReason.NotYetStarted => "not-yet",
        DenialReason.Ended => "ended",
        DenialReason.NoCustody => "no-custody",
        DenialReason.NotSigned => "not-signed",
        DenialReason.Suspended => "suspended",
        DenialReason.OutsideNetworks => "network",
        DenialReason.OutsideHours => "hours",
        DenialReason.NoReveals => "no-reveals",
        DenialReason.NotApprover => "no-approver",
        DenialReason.OwnRequest => "own-request",
        DenialReason.OnHold => "on-hold",
        DenialReason.CertificateRevoked => "certificate-revoked",
    };

    internal static Caller CallerOf(string party, string role, string column = "active")
    {
        Assert.True(PartyId.TryParse(party, out var partyId));
        Assert.True(CallerId.TryParse(column == "no-approver" ? "somebody" : "approver-1", out var id));
        Assert.True(RoleNames.TryParse(role, out var parsed));
        return new Caller(partyId, id, [parsed]) { Address = IPAddress.Parse(column == "elsewhere" ? "203.0.113.1" : "192.0.2.1") };
    }

    internal static AgreementTerms TermsIn(string column)
    {
        Assert.True(PartyId.TryParse("client", out var client) & PartyId.TryParse("vendor", out var vendor) & PartyId.TryParse("auditor", out var auditor));
        Assert.True(AgreementId.TryCreate(client, "claims", out var id));
        Assert.True(CallerId.TryParse("approver-1", out var approver));
        var networks = (IPNetwork[])[IPNetwork.Parse("192.0.2.0/24")];
        return new AgreementTerms(
            id, "sha256:0", client, vendor, [auditor], s_working.AddDays(column == "signed" ? 1 : -100), s_working.AddDays(column == "over" ? -1 : 100))
        {
            Stage = column switch { "draft" => VersionStage.Draft, "proposed" => VersionStage.Proposed, _ => VersionStage.InForce },
            IsSuspended = column == "suspended",
            IsEnded = column == "ended",
            ClientNetworks = networks,
            VendorNetworks = networks,
            VendorHours = new WorkingHours(TimeZoneInfo.Utc, Enum.GetValues<DayOfWeek>().ToHashSet(), new TimeOnly(9, 0), new TimeOnly(18, 0)),
            Reveals = column == "no-reveals" ? null : new RevealTerms([approver], 1, ["callback"], 10, 5, 50, 24, ReviewHours: 24),
        };
    }

    private static void Line(StringBuilder text, string relation, string role, string permission, IEnumerable<string> cells) => text.Append(
        $"{relation,-9}{role,-16}{permission,-20}{string.Concat(cells.Select(cell => $"{cell,-12}"))}".TrimEnd()).Append('\n');
}
