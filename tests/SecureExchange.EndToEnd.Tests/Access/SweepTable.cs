using SecureExchange.Testing;

namespace SecureExchange.EndToEnd.Tests.Access;

/// <summary>What was written down about each decision, in the file that <c>Access.Tests</c> compares with the policy.</summary>
internal sealed class SweepTable
{
    private readonly Dictionary<(string Relation, string Role, string Permission, string Column), string> _cells = [];

    internal static readonly string[] States = ["draft", "proposed", "signed", "active", "suspended", "ended"];

    internal static readonly string[] Relations = ["client", "vendor", "auditor", "stranger"];

    internal static readonly string[] Roles =
        ["client.uploader", "client.approver", "client.admin", "vendor.agent", "vendor.admin", "auditor", "operator"];

    private SweepTable()
    {
    }

    internal static SweepTable Read()
    {
        var table = new SweepTable();
        var lines = File.ReadLines(Path.Combine(Checkout.Root, "tests/SecureExchange.Access.Tests/DecisionTable.txt"))
            .Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        foreach (var line in lines.Skip(1))
        {
            for (var column = 3; column < line.Length; column++) table._cells[(line[0], line[1], line[2], lines[0][column])] = line[column];
        }

        return table;
    }

    /// <summary>The problem code that the table calls for; null where it says yes.</summary>
    internal string? CodeFor(SweepRow row, string relation, string role, string state) => row.Asks switch
    {
        SweepRow.Anyone or SweepRow.SignedIn => null,
        "ReadGatewayLog" or "RecheckLog" or "ManageKeys" => role == "operator" ? null : "access.role",
        "CreateAgreement" => role == "client.admin" ? null : "access.role",
        _ => _cells[(relation, role, relation == "client" ? row.ClientAsks ?? row.Asks : row.Asks, state)] switch
        {
            "yes" => null,
            "not-found" => "not-found",
            "not-yet" => "access.not-yet-started",
            var word => $"access.{word}",
        },
    };
}
