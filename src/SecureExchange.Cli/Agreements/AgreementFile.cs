using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SecureExchange.Cli.Agreements;

/// <summary>An agreement as a person writes it: certificates and the masking profile may be files beside it.</summary>
internal static class AgreementFile
{
    /// <summary>Puts the files that the text names into it: the gateway gets one document and reads no files of ours.</summary>
    internal static string Inline(string text, string folder)
    {
        var root = Parse(text);
        var replaced = Replace(root, "profile", folder);
        foreach (var side in (ReadOnlySpan<string>)["client", "vendor"])
        {
            if (Find(root, side) is YamlMappingNode party) replaced |= Replace(party, "certificate", folder);
        }

        if (Find(root, "reveals") is YamlMappingNode reveals && Find(reveals, "approvers") is YamlSequenceNode approvers)
        {
            foreach (var approver in approvers.OfType<YamlMappingNode>()) replaced |= Replace(approver, "certificate", folder);
        }

        if (!replaced) return text; // To the byte as its author wrote it.
        using var written = new StringWriter();
        new YamlStream(new YamlDocument(root)).Save(written, assignAnchors: false);
        return written.ToString();
    }

    internal static YamlMappingNode Parse(string text)
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

        return yaml.Documents is [{ RootNode: YamlMappingNode root }] ? root : throw new CliException(Terminal.Usage, "an agreement is one YAML mapping");
    }

    private static YamlNode? Find(YamlMappingNode map, string key) => map.Children.TryGetValue(new YamlScalarNode(key), out var node) ? node : null;

    private static bool Replace(YamlMappingNode map, string key, string folder)
    {
        if (Find(map, $"{key}-file") is not YamlScalarNode { Value: { } name } node) return false;
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
            throw new CliException(Terminal.Usage, $"line {node.Start.Line}, column {node.Start.Column}: there is no file {name}");
        map.Children.Remove(new YamlScalarNode($"{key}-file"));
        map.Children[new YamlScalarNode(key)] = new YamlScalarNode(File.ReadAllText(path)) { Style = ScalarStyle.Literal };
        return true;
    }
}
