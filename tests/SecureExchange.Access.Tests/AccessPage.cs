using System.Text;

namespace SecureExchange.Access.Tests;

/// <summary>The page for whoever answers for who may do what, written from the policy's own answers.</summary>
internal static class AccessPage
{
    private const string Head =
        """
        # Who may do what

        For whoever has to answer for access: a compliance officer, an auditor, an administrator. This page is written from the program's
        own decisions and compared with them by a test (`tests/SecureExchange.Access.Tests`), so it can't say something else than the
        program does. The table behind it, with every single decision, is
        [DecisionTable.txt](../tests/SecureExchange.Access.Tests/DecisionTable.txt). After a change that is meant:
        `SX_UPDATE_ACCESS=1 dotnet test -c Release tests/SecureExchange.Access.Tests`.

        ## How it is decided

        One function decides ([AccessPolicy.cs](../src/SecureExchange.Access/AccessPolicy.cs)), from five things: who calls (party, roles,
        network address), what they ask for, the agreement's version in force, its state, and the time. What no line of this page allows is
        refused. Questions are asked in this order, and the first that fails is the answer:

        1. Is the caller's party the client, the vendor or an auditor of this agreement, in a state in which it knows of it? Otherwise there is
           nothing: the answer is that of an agreement that doesn't exist.
        2. Does one of the caller's roles allow it? A role counts only for its own side: a vendor's `client.admin` is nobody.
        3. Does the agreement's state allow it?
        4. Of reveals: does the agreement have them, and does it name the caller as an approver?
        5. Of the work: does the request come from the party's networks, and, from the vendor, within its hours?

        Each decision is in the log with the digest of the agreement's version: a no as the event `access.denied`, a yes as the event of
        what was then done (but for a log's tiles and the list of logs: a log that grew by being read would never be fully read).
        `sx access explain` says why somebody may or may not: to an administrator about the people of the own party, to an
        auditor about everybody's.

        ## States of an agreement

        | state | when |
        | --- | --- |
        | draft | its first version is being written; only the client sees it |
        | proposed | its first version waits for signatures; client and vendor see it |
        | signed | both have signed, and it starts later |
        | active | both have signed, it has started, and nobody has suspended or ended it |
        | suspended | one of the parties has suspended it |
        | ended | one of the parties has ended it, for good |
        | over | its end has come; a new version can give it another |

        """;

    internal static string Render()
    {
        var page = new StringBuilder(Head);
        foreach (var (relation, role, who) in (ReadOnlySpan<(string, string, string)>)
            [
                ("client", "client.uploader", "client's people and systems that send work and fetch results"),
                ("client", "client.approver", "client's people who approve that single values are shown"),
                ("client", "client.admin", "client's people who bind the client"),
                ("vendor", "vendor.agent", "vendor's people and systems that do the work"),
                ("vendor", "vendor.admin", "vendor's people who bind the vendor"),
                ("auditor", "auditor", "auditors whom the agreement names; also an auditor of the client's or the vendor's own"),
                ("client", "operator", "whoever runs the gateway"),
            ])
        {
            page.Append($"\n## {role}\n\n{char.ToUpperInvariant(who[0])}{who[1..]}.\n\n");
            var states = DecisionTable.Columns[..7];
            var rows = DecisionTable.Permissions.Select(p => (p, Cells: states.Select(s => DecisionTable.Cell(relation, role, p, s)).ToList()))
                .Where(row => row.Cells.Contains("yes")).ToList();
            if (rows.Count == 0)
            {
                page.Append("Nothing under any agreement. Reads the gateway's own log, and rotates its keys.\n");
                continue;
            }

            page.Append($"| may | {string.Join(" | ", states)} | and only |\n| --- |{string.Concat(states.Select(_ => " --- |"))} --- |\n");
            foreach (var (permission, cells) in rows)
                page.Append($"| {PermissionText.Of(permission)} | {string.Join(" | ", cells.Select(c => c == "yes" ? "yes" : "–"))} | {Conditions(relation, role, permission)} |\n");
        }

        page.Append("\n## Without an agreement\n\n");
        page.Append($"A `client.admin` may {PermissionText.Of(Permission.CreateAgreement)}. An `operator` may {PermissionText.Of(Permission.ReadGatewayLog)}; as tiles it is public. An `operator` may {PermissionText.Of(Permission.RecheckLog)}, any agreement's too, and reads nothing of it.\n");
        page.Append($"An `operator` may {PermissionText.Of(Permission.ManageKeys)}.\n");
        page.Append("\n## What a no says\n\n| reason | means |\n| --- | --- |\n");
        foreach (var reason in Enum.GetValues<DenialReason>()) page.Append($"| `{reason}` | {PermissionText.Of(reason)} |\n");
        return page.ToString();
    }

    private static string Conditions(string relation, string role, Permission permission)
    {
        var conditions = ((string Column, string Words)[])
        [
            ("elsewhere", "from the party's networks"), ("after-hours", "within the vendor's hours"),
            ("no-reveals", "where the agreement has reveals"), ("no-approver", "as a named approver"),
        ];
        return string.Join(", ", conditions.Where(c => DecisionTable.Cell(relation, role, permission, c.Column) != "yes").Select(c => c.Words));
    }
}
