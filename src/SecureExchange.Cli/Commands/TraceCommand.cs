using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SecureExchange.Cli.Masking;
using SecureExchange.Masking;
using SecureExchange.Masking.Tracing;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx trace</c>: whose copy a file is that got out, asked of a gateway, or without one.</summary>
internal static class TraceCommand
{
    private static Argument<string> Leak { get; } = new("FILE") { Description = "what got out: rows of a masked file, with its header, in any order and with any of its columns" };

    private static Option<string?> Agreement { get; } = new("--agreement", "-a") { Description = "ask the gateway: among what was sent under this agreement" };

    private static Option<string?> Profile { get; } = new("--profile") { Description = "without a gateway: file of the masking profile" };

    private static Option<string?> KeyFile { get; } = new("--key-file") { Description = "without a gateway: the masking key" };

    private static Option<string[]> Records { get; } = new("--record") { Description = "without a gateway: a trace record of sx mask; give all that there are", AllowMultipleArgumentsPerToken = true };

    internal static Command Create()
    {
        var command = new Command("trace", "say which masked copy a file comes from, and how likely that is chance")
        {
            Leak, Agreement, GatewayOptions.Url, GatewayOptions.TokenFile, Profile, ProfileFile.Audience, ProfileFile.Format, KeyFile, Records,
        };
        command.SetAction((parsed, ct) => parsed.GetValue(Agreement) is { } agreement
            ? AskAsync(parsed, agreement, ct)
            : Task.FromResult(Search(parsed, ct)));
        return command;
    }

    private static async Task<int> AskAsync(ParseResult parsed, string agreement, CancellationToken ct)
    {
        using var client = await GatewayOptions.ConnectAsync(parsed.GetValue(GatewayOptions.Url), parsed.GetValue(GatewayOptions.TokenFile), ct);
        await using var file = new FileStream(parsed.GetRequiredValue(Leak), FileMode.Open, FileAccess.Read);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/agreements/{Uri.EscapeDataString(agreement)}/traces") { Content = new StreamContent(file) };
        using var response = await client.SendAsync(request, ct);
        var answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(ct));
        return Print(answer.GetProperty("rows").GetInt32(), [.. answer.GetProperty("transfers").EnumerateArray().Select(found => new TraceFinding(
            found.GetProperty("id").GetString()!, found.GetProperty("rows").GetInt32(), found.GetProperty("onlyHere").GetInt32(),
            found.GetProperty("canaries").GetInt32(), found.GetProperty("marks").GetInt32(), found.GetProperty("marked").GetInt32(),
            found.GetProperty("chance").GetDouble()))]);
    }

    private static int Search(ParseResult parsed, CancellationToken ct)
    {
        if (parsed.GetValue(Profile) is not { } profilePath || parsed.GetValue(KeyFile) is not { } keyPath || parsed.GetValue(Records) is not { Length: > 0 } records)
            throw new CliException(Terminal.Usage, "name the --agreement, or without a gateway --profile, --key-file and each --record");
        var profile = ProfileFile.For(ProfileFile.Read(profilePath, parsed.GetValue(ProfileFile.Format)), parsed);
        using var key = MaskingKeyFile.Read(keyPath, profile.NeedsMap);
        using var tracer = new LeakTracer(profile, key.Keys);
        try
        {
            ReadLeak(tracer, parsed.GetRequiredValue(Leak), ct);
        }
        catch (RecordException e)
        {
            throw new CliException(Terminal.Refused, $"{parsed.GetValue(Leak)} can't be read as a file of this profile: {e.Message}");
        }

        foreach (var path in records)
        {
            using var record = TraceRecord.Open(path);
            record.ReadAll(tracer.Begin(record.Recipient, key.KeyOf(record.Copy)).Read);
        }

        return Print(tracer.Rows, tracer.Findings);
    }

    /// <returns>0 where one copy is the source, or <see cref="Terminal.Refused"/>: nobody is accused by chance.</returns>
    internal static int Print(int rows, IReadOnlyList<TraceFinding> findings)
    {
        Terminal.Print($"{rows} different rows; copies looked at: {findings.Count}");
        foreach (var found in findings.Where(found => found.Rows > 0 || found.Canaries > 0 || found.IsTraced))
        {
            Terminal.Print(string.Create(
                CultureInfo.InvariantCulture,
                $"  {found.Name}: rows {found.Rows}, in no other {found.OnlyHere}, canaries {found.Canaries}, marks {found.Marks} of {found.Marked}, chance {found.Chance:0.##e+0}"));
        }

        if (findings is [{ IsTraced: true } first, ..])
        {
            Terminal.Print($"traced: {first.Name}");
            return 0;
        }

        Terminal.Print(findings.Count(found => found.OnlyHere > 0) == 1
            ? $"not proven; rows of it were sent to {findings.First(found => found.OnlyHere > 0).Name} alone, among those looked at"
            : "not traced");
        return Terminal.Refused;
    }

    private static void ReadLeak(LeakTracer tracer, string path, CancellationToken ct)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        var piece = new byte[1 << 16];
        while (file.Read(piece) is var length && length > 0)
        {
            ct.ThrowIfCancellationRequested();
            tracer.Read(piece.AsSpan(0, length));
        }

        tracer.Complete();
    }
}
