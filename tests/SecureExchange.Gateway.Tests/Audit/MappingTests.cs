using SecureExchange.Gateway.Audit;
using SecureExchange.Testing;

namespace SecureExchange.Gateway.Tests.Audit;

/// <summary>The table in each evidence pack that says which events are evidence for which clause.</summary>
public sealed class MappingTests
{
    private static readonly List<string[]> s_rows =
        [.. File.ReadLines(Path.Combine(Checkout.Root, "src/SecureExchange.Cli/Evidence/mapping.csv")).Select(line => line.Split(','))];

    [Fact]
    public void Every_kind_of_event_is_evidence_for_a_clause_or_said_to_be_for_none()
    {
        var named = s_rows.Skip(1).SelectMany(row => row[3].Split(';')).Where(kind => kind != "*").ToList();
        Assert.Equal([], Enum.GetValues<AuditEventKind>().Select(AuditEventKindNames.Of).Except(named));
        Assert.Equal([], named.Where(kind => !AuditEventKindNames.TryParse(kind, out _)));
    }

    [Fact]
    public void No_kind_is_both_evidence_and_none()
    {
        var none = Assert.Single(s_rows, row => row[0] == "none")[3].Split(';');
        Assert.Equal([], s_rows.Where(row => row[0] != "none").SelectMany(row => row[3].Split(';')).Intersect(none));
    }

    [Theory]
    [InlineData("GDPR", "Art. 28(3)(a)")]
    [InlineData("GDPR", "Art. 30(1)(d)")]
    [InlineData("GDPR", "Art. 32(1)(a)")]
    [InlineData("HIPAA", "164.312(b)")]
    [InlineData("PCI DSS 4.0", "10.2.1")]
    [InlineData("PCI DSS 4.0", "10.3.4")]
    [InlineData("PCI DSS 4.0", "10.4.1")]
    [InlineData("PCI DSS 4.0", "10.5.1")]
    [InlineData("SOC 2", "CC6.1")]
    [InlineData("SOC 2", "CC7.2")]
    public void The_clauses_that_auditors_ask_for_are_there(string framework, string clause) =>
        Assert.Single(s_rows, row => row[0] == framework && row[1] == clause);

    [Fact]
    public void It_is_a_table_of_five_columns_each_clause_once()
    {
        Assert.Equal(["framework", "clause", "asks for", "event kinds", "what they show"], s_rows[0]);
        Assert.All(s_rows, row => Assert.True(row.Length == 5, string.Join(',', row)));
        Assert.Equal(s_rows.Count, s_rows.Select(row => (row[0], row[1])).Distinct().Count());
        Assert.All(s_rows, row => Assert.Equal(row[3].Split(';').Distinct().Count(), row[3].Split(';').Length));
    }
}
