using System.Text.RegularExpressions;

namespace SecureExchange.Repo.Tests;

/// <summary>Where a document says which code keeps a promise and which test fails without it, both are there.</summary>
public sealed partial class NamedTestRules
{
    private const string Standard = "docs/formats/rfc9580.md";

    [Fact]
    public void The_page_about_the_standard_names_a_file_and_a_test_in_each_row_and_they_are_there()
    {
        var rows = StandardRows().ToList();
        Assert.NotEmpty(rows);
        Report.None(
            $"{Standard} names files or tests that aren't there, or none:",
            from row in rows
            let files = Names(row.Where).ToList()
            let tests = Names(row.Test).ToList()
            from fault in files.Where(file => !File.Exists(SourceOf(file)))
                .Concat(tests.Where(test => !IsTest(test.Contains(".Tests/", StringComparison.Ordinal) ? test : $"OpenPgp.Tests/{test}")))
                .Concat(files.Count == 0 || tests.Count == 0 ? ["nothing"] : [])
            select $"§ {row.Section}: {fault}");
    }

    [Theory]
    [InlineData("docs/threat-model.md")]
    public void A_test_that_a_page_names_with_its_project_is_there(string page) => Report.None(
        $"{page} names tests that aren't there:",
        from Match span in CodeSpan().Matches(Tree.Read(page))
        let name = span.Groups[1].Value
        where ProjectPath().IsMatch(name) && !IsTest(name)
        select name);

    /// <summary>The rows of tables whose last column names tests.</summary>
    private static IEnumerable<(string Section, string Where, string Test)> StandardRows()
    {
        var hasTests = false;
        foreach (var line in Tree.Lines(Standard))
        {
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (!line.StartsWith('|')) hasTests = false;
            else if (cells is ["", _, _, _, "test", ""]) hasTests = true;
            else if (hasTests && !cells[1].StartsWith("---", StringComparison.Ordinal)) yield return (cells[1], cells[^3], cells[^2]);
        }
    }

    private static IEnumerable<string> Names(string cell) => CodeSpan().Matches(cell).Select(span => span.Groups[1].Value);

    private static string SourceOf(string file)
    {
        var source = Path.Combine(Tree.Root, "src");
        var own = Path.Combine(source, "SecureExchange.OpenPgp", file);
        return File.Exists(own) ? own : Path.Combine(source, $"SecureExchange.{file}");
    }

    /// <summary>Whether a folder, a file, a class or a test is there.</summary>
    /// <param name="name">"X.Tests/Folder/Class.Method", or less of it.</param>
    private static bool IsTest(string name)
    {
        var path = Path.Combine(Tree.Root, "tests", $"SecureExchange.{name}");
        if (Directory.Exists(path) || File.Exists(path) || File.Exists($"{path}.cs")) return true;
        var dot = path.LastIndexOf('.');
        return File.Exists($"{path[..dot]}.cs")
            && Regex.IsMatch(File.ReadAllText($"{path[..dot]}.cs"), $@"\[(?:Fact|Theory)\b(?s:(?!\[Fact|\[Theory).)*? {path[(dot + 1)..]}\(");
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^\w+\.Tests/[\w/]+(?:\.\w+)?$")]
    private static partial Regex ProjectPath();
}
