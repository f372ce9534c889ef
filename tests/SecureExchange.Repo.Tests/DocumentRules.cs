using System.Text.RegularExpressions;

namespace SecureExchange.Repo.Tests;

/// <summary>Documents lead to what is there.</summary>
public sealed partial class DocumentRules
{
    [Fact]
    public void A_link_in_a_document_leads_to_a_file_of_the_repository() => Report.None(
        "Nothing is there:",
        from path in Documents()
        from Match link in Link().Matches(WithoutCode(Tree.Read(path)))
        let target = Uri.UnescapeDataString(link.Groups[1].Value.Split('#')[0])
        where target.Length > 0 && !Elsewhere().IsMatch(target)
        let full = Path.Combine(Tree.Root, Path.GetDirectoryName(path)!, target)
        where !File.Exists(full) && !Directory.Exists(full)
        select $"{path}: {target}");

    [Fact]
    public void A_link_to_a_heading_leads_to_one() => Report.None(
        "No such heading:",
        from path in Documents()
        from Match link in Link().Matches(WithoutCode(Tree.Read(path)))
        where !Elsewhere().IsMatch(link.Groups[1].Value) && link.Groups[1].Value.Contains('#', StringComparison.Ordinal)
        let parts = link.Groups[1].Value.Split('#', 2)
        let target = parts[0].Length == 0 ? path : Path.Combine(Path.GetDirectoryName(path)!, parts[0])
        where target.EndsWith(".md", StringComparison.Ordinal) && File.Exists(Path.Combine(Tree.Root, target))
        where !Headings(Tree.Read(target)).Contains(parts[1])
        select $"{path}: {link.Groups[1].Value}");

    [Theory]
    [InlineData("docs/formats")]
    [InlineData("docs/decisions")]
    public void A_folder_of_documents_has_a_page_that_lists_them(string folder)
    {
        var pages = Tree.Files(folder, ".md").Select(p => Path.GetRelativePath(folder, p)).Where(p => p != "README.md").ToList();
        if (pages.Count == 0) return; // Before the first decision was written down.
        var listed = Link().Matches(Tree.Read($"{folder}/README.md")).Select(m => m.Groups[1].Value).ToHashSet();
        Report.None($"Not linked from {folder}/README.md:", pages.Where(p => !listed.Contains(p)));
    }

    private static IEnumerable<string> Documents() =>
        Tree.Files("", ".md").Where(p => !p.StartsWith("tests/vectors/", StringComparison.Ordinal)); // Others' pages.

    private static string WithoutCode(string text) => Code().Replace(text, "");

    /// <summary>The anchors that GitHub makes of a page's headings.</summary>
    private static HashSet<string> Headings(string text) => Heading().Matches(WithoutCode(text))
        .Select(m => NotInAnchors().Replace(m.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-')).ToHashSet();

    [GeneratedRegex(@"\]\(<?([^)\s>]+)>?(?:\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(?:[a-z][a-z0-9+.-]*:|//)")]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"^```.*?^```|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
