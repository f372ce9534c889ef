using System.Text.RegularExpressions;

namespace SecureExchange.Repo.Tests;

/// <summary>How files are sized, placed and named.</summary>
public sealed partial class FileRules
{
    private const string LargeFiles = "tests/SecureExchange.Repo.Tests/LargeFiles.txt";
    private const int Median = 150;
    private const int Large = 450;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void Half_of_the_files_are_short(string under)
    {
        var lengths = Tree.Files(under, ".cs").Select(p => Tree.Lines(p).Length).Order().ToList();
        Assert.InRange(lengths[lengths.Count / 2], 1, Median - 1);
    }

    [Fact]
    public void A_large_file_has_a_reason()
    {
        var listed = Listed();
        Report.None(
            $"Over {Large} lines. Cut it where a second reason to change begins, or give a reason in {LargeFiles}:",
            from path in Tree.Sources()
            let length = Tree.Lines(path).Length
            where length > Large && !listed.ContainsKey(path)
            select $"{path}: {length}");
    }

    [Fact]
    public void A_reason_for_a_large_file_is_given_and_needed() => Report.None(
        $"{LargeFiles} has one file a line, a tab, and the reason, for files over {Large} lines only:",
        from entry in Listed()
        where entry.Value.Length < 10 || !File.Exists(Path.Combine(Tree.Root, entry.Key)) || Tree.Lines(entry.Key).Length <= Large
        select entry.Key);

    [Fact]
    public void A_namespace_is_its_folder() => Report.None(
        "The namespace of a file is its project's name and its folders:",
        from path in Tree.Sources()
        let found = Namespace().Match(Tree.Read(path))
        let parts = Path.GetDirectoryName(path)!.Split('/')
        let expected = string.Join('.', parts.Skip(1))
        where found.Success && found.Groups[1].Value != expected
        select $"{path}: {found.Groups[1].Value}, expected {expected}");

    [Fact]
    public void A_file_is_named_after_a_type_in_it() => Report.None(
        "None of the types in the file has its name:",
        from path in Tree.Sources()
        let name = Path.GetFileName(path).Split('.')[0]
        let types = TypeDeclaration().Matches(Tree.Read(path)).Select(m => m.Groups["name"].Value).ToList()
        where types.Count > 0 && !types.Contains(name)
        select $"{path}: {string.Join(", ", types)}");

    [Fact]
    public void Nothing_is_called_a_helper_a_manager_a_service_or_a_utility()
    {
        var folders =
            from path in Tree.Sources()
            from part in Path.GetDirectoryName(path)!.Split('/')
            where EmptyName().IsMatch(part)
            select path;
        var types =
            from path in Tree.Sources()
            from type in TypeDeclaration().Matches(Tree.Read(path)).Select(m => m.Groups["name"].Value)
            where EmptyName().IsMatch(type)
            select $"{path}: {type}";
        Report.None("A name that says nothing: call it after what it does or knows.", folders.Concat(types));
    }

    private static Dictionary<string, string> Listed() => Tree.Lines(LargeFiles)
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('\t', 2))
        .ToDictionary(parts => parts[0], parts => parts.ElementAtOrDefault(1) ?? "");

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    /// <summary>Declarations that aren't nested, since those are indented.</summary>
    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe) )*(?:class|struct|interface|enum|record(?: struct| class)?|delegate \S+) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex(@"(?:Helper|Manager|Service|Util|Utilitie)s?$|Utility$|^(?:Common|Misc|Models|Dtos|Interfaces|Shared)$")]
    private static partial Regex EmptyName();
}
