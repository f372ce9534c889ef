namespace SecureExchange.Repo.Tests;

internal static class Report
{
    /// <summary>Fails with every violation, one a line, under the rule that they break and what to do about them.</summary>
    internal static void None(string rule, IEnumerable<string> violations)
    {
        var found = violations.ToList();
        if (found.Count > 0) Assert.Fail($"{rule}\n  {string.Join("\n  ", found)}");
    }
}
