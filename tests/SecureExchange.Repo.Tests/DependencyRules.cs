using System.Xml.Linq;

namespace SecureExchange.Repo.Tests;

/// <summary>Which project may refer to which, and which packages each may use, each with its reason.</summary>
public sealed class DependencyRules
{
    private const string Engine = "an engine: .NET and Cryptography only, so that it can be used, fuzzed and published alone";

    /// <summary>To add one, add it here; a package needs a decision record as well.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> s_allowed = new()
    {
        ["SecureExchange.Cryptography"] = [],
        ["SecureExchange.Access"] = [],
        ["SecureExchange.OpenPgp"] = new() { ["SecureExchange.Cryptography"] = Engine },
        ["SecureExchange.Transparency"] = new() { ["SecureExchange.Cryptography"] = Engine },
        ["SecureExchange.Masking"] = new()
        {
            ["SecureExchange.Cryptography"] = Engine,
            ["YamlDotNet"] = "masking profiles are YAML, and a parser of our own would be one more to attack",
        },
        ["System.IO.Hashing"] = [],
        ["SecureExchange.Gateway"] = new()
        {
            ["SecureExchange.Access"] = "every pipeline asks for a Grant",
            ["SecureExchange.Masking"] = "masks and re-identifies",
            ["SecureExchange.OpenPgp"] = "opens and seals",
            ["SecureExchange.Transparency"] = "logs before it publishes",
            ["System.IO.Hashing"] = "stands in for a package that Azure.Storage.Blobs needs and that isn't served",
            ["Azure.Storage.Blobs"] = "one of the two blob stores",
            ["Azure.Identity"] = "managed identities for that store, and for the vault: no stored credential",
            ["Azure.Security.KeyVault.Secrets"] = "the root key in a vault, so that the data folder opens nothing by itself",
            ["MailKit"] = "mail to approvers: SMTP with TLS, which .NET's own client doesn't do from the start",
            ["Dapper"] = "rows to records, with the SQL in the method that asks",
            ["Microsoft.Data.Sqlite"] = "the embedded database",
            ["YamlDotNet"] = "agreements are given as YAML",
        },
        ["SecureExchange.Server"] = new()
        {
            ["SecureExchange.Gateway"] = "the host composes and decides nothing",
            ["Microsoft.IdentityModel.JsonWebTokens"] = "checks the tokens of any OIDC provider",
            ["Microsoft.IdentityModel.Validators"] = "Entra ID's issuers of several tenants, and its keys",
            ["YamlDotNet"] = "the identity file is YAML, as agreements and profiles are",
            ["Microsoft.AspNetCore.OpenApi"] = "/openapi/v1.json",
        },
        ["SecureExchange.Cli"] = new()
        {
            ["SecureExchange.Access"] = "roles and permissions by their names",
            ["SecureExchange.Masking"] = "sx mask, unmask, detect: offline",
            ["SecureExchange.OpenPgp"] = "sx sop, and opening what was fetched",
            ["SecureExchange.Transparency"] = "sx audit verify: without trusting the gateway",
            ["Microsoft.AspNetCore.App"] = "sx witness serve: an HTTP server that has met the internet",
            ["System.CommandLine"] = "verbs, options and their help",
            ["YamlDotNet"] = "reads agreements and profiles before they are sent",
        },
    };

    [Fact]
    public void Every_reference_of_the_product_is_allowed_here() => Report.None(
        "Not allowed by DependencyRules.cs (STYLE: engines don't know each other, Cli never Gateway, a package needs a reason):",
        References().Where(r => !s_allowed.GetValueOrDefault(r.From, []).ContainsKey(r.To)).Select(r => $"{r.From} -> {r.To}"));

    [Fact]
    public void Every_allowed_reference_is_used() => Report.None(
        "Allowed by DependencyRules.cs, and nobody uses it: remove it there.",
        from project in s_allowed
        from target in project.Value.Keys.Append(project.Key)
        where !References().Contains((project.Key, target)) && !(target == project.Key && Projects().Contains(target))
        select $"{project.Key} -> {target}");

    [Fact]
    public void Every_project_of_the_product_has_its_rules() => Report.None(
        "Not in DependencyRules.cs:", Projects().Where(p => !s_allowed.ContainsKey(p)));

    [Fact]
    public void Versions_stand_in_one_place() => Report.None(
        "A package's version belongs into Directory.Packages.props:",
        from path in Tree.Files("", ".csproj")
        from reference in XDocument.Load(Path.Combine(Tree.Root, path)).Descendants("PackageReference")
        where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
        select $"{path}: {(string?)reference.Attribute("Include")}");

    [Fact]
    public void Only_the_gateways_storage_and_keys_see_Azure() => Report.None(
        "Azure's types stay in Gateway/Storage and Gateway/Keys:",
        from path in Tree.Files("src", ".cs")
        where !path.Contains("Gateway/Storage/", StringComparison.Ordinal) && !path.Contains("Gateway/Keys/", StringComparison.Ordinal)
        from line in Tree.Lines(path)
        where line.StartsWith("using Azure", StringComparison.Ordinal)
        select $"{path}: {line}");

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Tree.Read("SecureExchange.sln").Replace('\\', '/');
        Report.None("Not in SecureExchange.sln:", Tree.Files("", ".csproj").Where(p => !solution.Contains($"\"{p}\"", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Projects() => Tree.Files("src", ".csproj").Select(p => Path.GetFileNameWithoutExtension(p));

    private static IEnumerable<(string From, string To)> References() =>
        from path in Tree.Files("src", ".csproj")
        from reference in XDocument.Load(Path.Combine(Tree.Root, path)).Descendants()
        where reference.Name.LocalName is "ProjectReference" or "PackageReference" or "FrameworkReference"
        let include = (string?)reference.Attribute("Include") ?? ""
        let to = reference.Name.LocalName == "ProjectReference" ? Path.GetFileNameWithoutExtension(include.Replace('\\', '/')) : include
        select (Path.GetFileNameWithoutExtension(path), to);
}
