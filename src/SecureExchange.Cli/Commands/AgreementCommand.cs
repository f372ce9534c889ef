using System.CommandLine;
using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx agreement create|show|list</c></summary>
internal static class AgreementCommand
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static Argument<string> File { get; } = new("FILE") { Description = "the agreement, in YAML" };

    private static Argument<string> Id { get; } = new("AGREEMENT") { Description = "the agreement's id" };

    internal static Command Create() => new("agreement", "make and read agreements")
    {
        new Command("create", "make an agreement; certificate-file and profile-file are read and put in their place") { File }
            .ForGateway(CreateAsync),
        new Command("show", "show an agreement's terms") { Id }.ForGateway(async (parsed, client, ct) =>
        {
            var found = await client.GetJsonAsync($"v1/agreements/{Uri.EscapeDataString(parsed.GetRequiredValue(Id))}", ct);
            Terminal.Print(JsonSerializer.Serialize(found, s_indented));
            return 0;
        }),
        new Command("list", "list the agreements that your party has a part in").ForGateway(async (_, client, ct) =>
        {
            var all = await client.GetJsonAsync("v1/agreements", ct);
            foreach (var agreement in all.GetProperty("agreements").EnumerateArray())
                Terminal.Print($"{agreement.GetProperty("id").GetString()}  client {agreement.GetProperty("client").GetString()}, vendor {agreement.GetProperty("vendor").GetString()}");
            return 0;
        }),
    };

    private static async Task<int> CreateAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var path = parsed.GetRequiredValue(File);
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/agreements")
        {
            Content = new StringContent(Inline(await System.IO.File.ReadAllTextAsync(path, ct), Path.GetDirectoryName(Path.GetFullPath(path))!), Encoding.UTF8, "application/yaml"),
        };
        using var response = await client.SendAsync(request, ct);
        var made = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(ct));
        Terminal.Print(made.GetProperty("id").GetString()!);
        Terminal.Say($"agreement made, version {made.GetProperty("version").GetString()}, event {made.GetProperty("event").GetString()}");
        return 0;
    }

    /// <summary>Puts the files that the text names into it: the gateway gets one document and reads no files of ours.</summary>
    private static string Inline(string text, string folder)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new CliException(Terminal.Usage, $"line {e.Start.Line}, column {e.Start.Column}: this isn't valid YAML");
        }

        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }]) throw new CliException(Terminal.Usage, "an agreement is one YAML mapping");
        var replaced = Replace(root, "profile", folder);
        foreach (var side in (ReadOnlySpan<string>)["client", "vendor"])
        {
            if (root.Children.TryGetValue(new YamlScalarNode(side), out var node) && node is YamlMappingNode party)
                replaced |= Replace(party, "certificate", folder);
        }

        if (!replaced) return text; // To the byte as its author wrote it: its digest is the agreement's version.
        using var written = new StringWriter();
        yaml.Save(written, assignAnchors: false);
        return written.ToString();
    }

    private static bool Replace(YamlMappingNode map, string key, string folder)
    {
        var fileKey = new YamlScalarNode($"{key}-file");
        if (!map.Children.TryGetValue(fileKey, out var node) || node is not YamlScalarNode { Value: { } name }) return false;
        var path = Path.Combine(folder, name);
        if (!System.IO.File.Exists(path))
            throw new CliException(Terminal.Usage, $"line {node.Start.Line}, column {node.Start.Column}: there is no file {name}");
        map.Children.Remove(fileKey);
        map.Children[new YamlScalarNode(key)] = new YamlScalarNode(System.IO.File.ReadAllText(path)) { Style = ScalarStyle.Literal };
        return true;
    }
}
