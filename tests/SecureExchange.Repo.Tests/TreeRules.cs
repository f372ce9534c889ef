using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SecureExchange.Repo.Tests;

/// <summary>What may be in the tree, and where its packages may come from.</summary>
public sealed partial class TreeRules
{
    private const long LargestText = 1 << 20;

    [Fact]
    public void No_file_names_a_place_on_somebodys_machine() => Report.None(
        "An absolute path of a workplace:",
        from path in Tree.Files("").Where(IsText)
        from line in Tree.Lines(path).Index()
        where Workplace().IsMatch(line.Item)
        select $"{path}:{line.Index + 1}: {line.Item.Trim()}");

    [Fact]
    public void Npm_packages_come_from_the_public_registry() => Report.None(
        "A package-lock.json names another host; install with omit-lockfile-registry-resolved or from https://registry.npmjs.org:",
        from path in Tree.Files("", ".json")
        where Path.GetFileName(path) == "package-lock.json"
        from Match host in Resolved().Matches(Tree.Read(path))
        where host.Groups[1].Value != "https://registry.npmjs.org/"
        select $"{path}: {host.Groups[1].Value}");

    [Fact]
    public void Npm_packages_are_locked_and_ours_is_nobodys_to_publish() => Report.None(
        "package.json needs \"private\", the licence, exact versions and a package-lock.json with integrity for each package:",
        from path in Tree.Files("", ".json")
        where Path.GetFileName(path) == "package.json"
        from problem in Problems(path)
        select $"{path}: {problem}");

    [Fact]
    public void NuGet_packages_come_from_the_public_registry_and_are_locked()
    {
        var sources =
            from path in Tree.Files("")
            where Path.GetFileName(path).Equals("nuget.config", StringComparison.OrdinalIgnoreCase)
            from source in XDocument.Load(Path.Combine(Tree.Root, path)).Descendants("packageSources").Elements("add")
            where (string?)source.Attribute("value") != "https://api.nuget.org/v3/index.json"
            select $"{path}: {source}";
        var unlocked = Tree.Files("", ".csproj").Where(p => !File.Exists(Path.Combine(Tree.Root, Path.GetDirectoryName(p)!, "packages.lock.json")));
        Report.None("Another package source, or no packages.lock.json beside the project:", sources.Concat(unlocked));
    }

    [Fact]
    public void The_licence_is_Apache_2()
    {
        var licence = Tree.Lines("LICENSE").Where(line => line.Length > 0).Take(2).Select(line => line.Trim());
        Assert.Equal(["Apache License", "Version 2.0, January 2004"], licence);
        var build = XDocument.Load(Path.Combine(Tree.Root, "Directory.Build.props"));
        Assert.Equal("Apache-2.0", build.Descendants("PackageLicenseExpression").Single().Value);
    }

    private static IEnumerable<string> Problems(string path)
    {
        var package = JsonDocument.Parse(Tree.Read(path)).RootElement;
        if (!package.TryGetProperty("private", out var own) || !own.GetBoolean()) yield return "not private";
        if (!package.TryGetProperty("license", out var licence) || licence.GetString() != "Apache-2.0") yield return "not Apache-2.0";
        foreach (var group in (string[])["dependencies", "devDependencies"])
        {
            if (!package.TryGetProperty(group, out var all)) continue;
            foreach (var one in all.EnumerateObject().Where(o => !char.IsAsciiDigit(o.Value.GetString()![0])))
                yield return $"{one.Name} {one.Value} isn't one version";
        }

        var locked = Path.Combine(Path.GetDirectoryName(path)!, "package-lock.json");
        if (!File.Exists(Path.Combine(Tree.Root, locked)))
        {
            yield return "no package-lock.json";
            yield break;
        }

        var packages = JsonDocument.Parse(Tree.Read(locked)).RootElement.GetProperty("packages");
        foreach (var one in packages.EnumerateObject().Where(p => p.Name.Length > 0 && !p.Value.TryGetProperty("integrity", out _)))
            yield return $"{one.Name} has no integrity";
    }

    private static bool IsText(string path)
    {
        var file = new FileInfo(Path.Combine(Tree.Root, path));
        if (file.Length > LargestText) return false;
        using var stream = file.OpenRead();
        Span<byte> head = stackalloc byte[1024];
        return !head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)].Contains((byte)0);
    }

    [GeneratedRegex(@"(?<![\w./:-])/(?:work|root|farm|Users|home/[a-z]\w*)/[\w.]")]
    private static partial Regex Workplace();

    [GeneratedRegex(@"""resolved"":\s*""([a-z+]+:/*[^/""]*/?)")]
    private static partial Regex Resolved();
}
