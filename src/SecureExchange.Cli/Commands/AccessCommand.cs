using System.CommandLine;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx access explain</c></summary>
internal static class AccessCommand
{
    private static Argument<string> Agreement { get; } = new("AGREEMENT") { Description = "under which agreement" };

    private static Option<string[]> Role { get; } = new("--role") { Description = "with which role, several times for several (default: yours)" };

    private static Option<string?> Party { get; } = new("--party") { Description = "of which party (default: yours)" };

    private static Option<string?> Caller { get; } = new("--caller") { Description = "who, as the issuer calls them (default: you)" };

    private static Option<string?> Permission { get; } = new("--permission") { Description = "only this, such as FetchMasked" };

    private static Option<string?> Address { get; } = new("--address") { Description = "from which address (default: yours)" };

    private static Option<string?> At { get; } = new("--at") { Description = "when, such as 2026-01-31T12:00:00Z (default: now)" };

    internal static Command Create() => new("access", "who may do what")
    {
        new Command("explain", "say what somebody may do under an agreement, and why not: to administrators about their own party, to auditors about both")
        {
            Agreement, Role, Party, Caller, Permission, Address, At,
        }.ForGateway(ExplainAsync),
    };

    private static async Task<int> ExplainAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var query = (parsed.GetValue(Role) ?? []).Select(role => ("role", (string?)role)).Concat(
            [
                ("party", parsed.GetValue(Party)), ("caller", parsed.GetValue(Caller)), ("permission", parsed.GetValue(Permission)),
                ("address", parsed.GetValue(Address)), ("at", parsed.GetValue(At)),
            ]).Where(pair => pair.Item2 is not null).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}");
        var answer = await client.GetJsonAsync(
            $"v1/agreements/{Uri.EscapeDataString(parsed.GetRequiredValue(Agreement))}/access?{string.Join('&', query)}", ct);
        foreach (var verdict in answer.GetProperty("verdicts").EnumerateArray())
        {
            Terminal.Print(verdict.GetProperty("allowed").GetBoolean()
                ? $"{verdict.GetProperty("permission").GetString(),-17}yes  {verdict.GetProperty("means").GetString()}"
                : $"{verdict.GetProperty("permission").GetString(),-17}no   {verdict.GetProperty("reason").GetString()}: {verdict.GetProperty("because").GetString()}");
        }

        Terminal.Say($"version {answer.GetProperty("number").GetInt32()} of {answer.GetProperty("agreement").GetString()}, {answer.GetProperty("state").GetString()}, event {answer.GetProperty("event").GetString()}");
        return 0;
    }
}
