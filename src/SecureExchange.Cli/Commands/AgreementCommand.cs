using System.CommandLine;
using System.Text;
using System.Text.Json;
using SecureExchange.Cli.Agreements;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx agreement create|change|propose|diff|sign|withdraw|suspend|resume|end|show|versions|text|list</c></summary>
internal static class AgreementCommand
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static Argument<string> File { get; } = new("FILE") { Description = "the agreement, in YAML" };

    private static Argument<string> Id { get; } = new("AGREEMENT") { Description = "the agreement's id" };

    private static Option<int?> Version { get; } = new("--version") { Description = "which version (default: the one that is open, else the one in force)" };

    private static Option<int?> From { get; } = new("--from") { Description = "against which version (default: the one in force before it)" };

    internal static Command Create() => new("agreement", "make, change, sign, suspend, end and read agreements")
    {
        new Command("create", "draft an agreement; certificate-file and profile-file are read and put in their place. With a key: propose and sign it too")
        {
            File, SecretKeyFile.Key, SecretKeyFile.Passphrase,
        }.ForGateway((parsed, client, ct) => DraftAsync(parsed, client, "v1/agreements", "drafted", ct)),
        new Command("change", "draft a new version of an agreement. With a key: propose and sign it too")
        {
            Id, File, SecretKeyFile.Key, SecretKeyFile.Passphrase,
        }.ForGateway((parsed, client, ct) => DraftAsync(parsed, client, $"{RouteOf(parsed.GetRequiredValue(Id))}/versions", "drafted", ct)),
        new Command("propose", "show a draft to the other party") { Id, Version }
            .ForGateway((parsed, client, ct) => StepAsync(parsed, client, "propose", "proposed", ct)),
        new Command("diff", "say who gains or loses sight of which field, and which terms change") { Id, Version, From }.ForGateway(DiffAsync),
        new Command("sign", "sign a proposed version on this machine, with your party's key; says what it changes")
        {
            Id, Version, SecretKeyFile.Key, SecretKeyFile.Passphrase,
        }.ForGateway(SignAsync),
        new Command("withdraw", "take back your party's version, or decline the other's") { Id, Version }
            .ForGateway((parsed, client, ct) => StepAsync(parsed, client, "withdraw", "withdrawn", ct)),
        new Command("suspend", "let work rest until your party resumes it") { Id }
            .ForGateway((parsed, client, ct) => WholeAsync(parsed, client, "suspend", "suspended", ct)),
        new Command("resume", "take your party's suspension back") { Id }
            .ForGateway((parsed, client, ct) => WholeAsync(parsed, client, "resume", "resumed", ct)),
        new Command("end", "end an agreement for good") { Id }
            .ForGateway((parsed, client, ct) => WholeAsync(parsed, client, "end", "ended", ct)),
        new Command("show", "show an agreement's terms") { Id }.ForGateway(async (parsed, client, ct) =>
        {
            Terminal.Print(JsonSerializer.Serialize(await client.GetJsonAsync(RouteOf(parsed.GetRequiredValue(Id)), ct), s_indented));
            return 0;
        }),
        new Command("versions", "list an agreement's versions") { Id }.ForGateway(VersionsAsync),
        new Command("text", "print what both parties sign of a version, to the byte") { Id, Version }.ForGateway(TextAsync),
        new Command("list", "list the agreements that your party has a part in").ForGateway(async (_, client, ct) =>
        {
            var all = await client.GetJsonAsync("v1/agreements", ct);
            foreach (var agreement in all.GetProperty("agreements").EnumerateArray())
                Terminal.Print($"{agreement.GetProperty("id").GetString()}  {agreement.GetProperty("state").GetString()}, client {agreement.GetProperty("client").GetString()}, vendor {agreement.GetProperty("vendor").GetString()}");
            return 0;
        }),
    };

    private static string RouteOf(string agreement) => $"v1/agreements/{Uri.EscapeDataString(agreement)}";

    private static async Task<int> DraftAsync(ParseResult parsed, GatewayClient client, string route, string done, CancellationToken ct)
    {
        var path = parsed.GetRequiredValue(File);
        var document = AgreementFile.Inline(await System.IO.File.ReadAllTextAsync(path, ct), Path.GetDirectoryName(Path.GetFullPath(path))!);
        var made = await PostAsync(client, route, new StringContent(document, Encoding.UTF8, "application/yaml"), ct);
        var (agreement, number) = (made.GetProperty("id").GetString()!, made.GetProperty("number").GetInt32());
        Terminal.Print(agreement);
        Say(made, done);
        if (parsed.GetValue(SecretKeyFile.Key) is null) return 0;
        Say(await PostAsync(client, $"{RouteOf(agreement)}/versions/{number}/propose", content: null, ct), "proposed");
        return await SignAsync(parsed, client, agreement, number, ct);
    }

    private static async Task<int> StepAsync(ParseResult parsed, GatewayClient client, string step, string done, CancellationToken ct)
    {
        var agreement = parsed.GetRequiredValue(Id);
        var number = await AgreementVersions.NumberAsync(client, RouteOf(agreement), parsed.GetValue(Version), ct);
        Say(await PostAsync(client, $"{RouteOf(agreement)}/versions/{number}/{step}", content: null, ct), done);
        return 0;
    }

    private static async Task<int> WholeAsync(ParseResult parsed, GatewayClient client, string step, string done, CancellationToken ct)
    {
        Say(await PostAsync(client, $"{RouteOf(parsed.GetRequiredValue(Id))}/{step}", content: null, ct), done);
        return 0;
    }

    private static async Task<int> SignAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var agreement = parsed.GetRequiredValue(Id);
        return await SignAsync(
            parsed, client, agreement, await AgreementVersions.NumberAsync(client, RouteOf(agreement), parsed.GetValue(Version), ct), ct);
    }

    private static async Task<int> SignAsync(ParseResult parsed, GatewayClient client, string agreement, int number, CancellationToken ct)
    {
        var path = parsed.GetValue(SecretKeyFile.Key) ?? throw new CliException(Terminal.Usage, "--secret-key: with which key?");
        var text = await AgreementVersions.ReadAsync(client, RouteOf(agreement), agreement, number, ct);
        var before = await AgreementVersions.InForceBeforeAsync(client, RouteOf(agreement), agreement, number, ct);
        // What is signed is what came, whatever the gateway says of it: so the summary is made from the same bytes, here.
        text.RequireFollows(before);
        foreach (var line in AgreementDiff.Between(before, text)) Terminal.Say(line);
        using var key = SecretKeyFile.Read(path, parsed.GetValue(SecretKeyFile.Passphrase));
        using var data = new MemoryStream(text.Bytes, writable: false);
        var signature = await PgpSignature.SignDetachedAsync(
            data, new SignOptions { Signers = [key], Now = TimeProvider.System.GetUtcNow() }, ct);
        var signed = await PostAsync(
            client, $"{RouteOf(agreement)}/versions/{number}/signature", new ByteArrayContent(signature.Octets.ToArray()), ct);
        if (signed.GetProperty("version").GetString() != text.Digest)
            throw new CliException(Terminal.NotVerified, "the gateway says that it took a signature of another text than was signed here; tell the other party");
        Say(signed, $"signed by {key.Certificate.Fingerprint}");
        return 0;
    }

    private static async Task<int> DiffAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var agreement = parsed.GetRequiredValue(Id);
        var number = await AgreementVersions.NumberAsync(client, RouteOf(agreement), parsed.GetValue(Version), ct);
        var text = await AgreementVersions.ReadAsync(client, RouteOf(agreement), agreement, number, ct);
        var before = parsed.GetValue(From) is { } from
            ? await AgreementVersions.ReadAsync(client, RouteOf(agreement), agreement, from, ct)
            : await AgreementVersions.InForceBeforeAsync(client, RouteOf(agreement), agreement, number, ct);
        foreach (var line in AgreementDiff.Between(before, text)) Terminal.Print(line);
        return 0;
    }

    private static async Task<int> VersionsAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        foreach (var version in await AgreementVersions.ListAsync(client, RouteOf(parsed.GetRequiredValue(Id)), ct))
            Terminal.Print($"{version.Number}  {version.Stage}, by the {version.Author}, signed by {version.Signers}  {version.Digest}");
        return 0;
    }

    private static async Task<int> TextAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var agreement = parsed.GetRequiredValue(Id);
        var number = await AgreementVersions.NumberAsync(client, RouteOf(agreement), parsed.GetValue(Version), ct);
        var text = await AgreementVersions.ReadAsync(client, RouteOf(agreement), agreement, number, ct);
        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(text.Bytes, ct);
        return 0;
    }

    private static async Task<JsonElement> PostAsync(GatewayClient client, string route, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content };
        using var response = await client.SendAsync(request, ct);
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(ct));
    }

    private static void Say(JsonElement step, string done) => Terminal.Say(
        $"{step.GetProperty("id").GetString()} version {step.GetProperty("number").GetInt32()} {done}, event {step.GetProperty("event").GetString()}");
}
