using SecureExchange.Testing;

namespace SecureExchange.Repo.Tests;

/// <summary>The files of the repository, without what builds, package managers and the running product leave in it.</summary>
internal static class Tree
{
    private static readonly HashSet<string> s_notOurs =
        [".git", "artifacts", "bin", "obj", "node_modules", "data", "dist", "TestResults", ".vs", ".idea"];

    internal static string Root => Checkout.Root;

    /// <summary>Paths relative to the root, with <c>/</c>.</summary>
    /// <param name="under">A folder, or empty for all.</param>
    /// <param name="extensions">With their dot; none for any.</param>
    internal static IEnumerable<string> Files(string under, params string[] extensions) =>
        from path in Walk(new DirectoryInfo(Path.Combine(Root, under)))
        where extensions.Length == 0 || extensions.Contains(Path.GetExtension(path))
        let relative = Path.GetRelativePath(Root, path)
        orderby relative
        select relative;

    /// <summary>C# of the product and of its tests.</summary>
    internal static IEnumerable<string> Sources() => Files("src", ".cs").Concat(Files("tests", ".cs"));

    internal static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    internal static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(DirectoryInfo folder)
    {
        if (!folder.Exists) yield break;
        foreach (var file in folder.EnumerateFiles().Where(f => !s_notOurs.Contains(f.Name))) yield return file.FullName; // .git is a file in a worktree.
        foreach (var inner in folder.EnumerateDirectories().Where(d => d.LinkTarget is null && !s_notOurs.Contains(d.Name)))
        {
            foreach (var file in Walk(inner)) yield return file;
        }
    }
}
