using System.Reflection;
using System.Text.RegularExpressions;

namespace SecureExchange.Repo.Tests;

/// <summary>What the compiler doesn't refuse and a reviewer would.</summary>
public sealed partial class CodeRules
{
    private static readonly string[] s_engines =
        ["SecureExchange.Cryptography", "SecureExchange.OpenPgp", "SecureExchange.Masking", "SecureExchange.Transparency", "SecureExchange.Access"];

    [Fact]
    public void Nothing_is_left_for_later() => Report.None(
        "Do it, or file an issue:", Matches(Tree.Sources().Concat(Tree.Files("", ".sh", ".csproj", ".props")), Later()));

    [Fact]
    public void No_code_is_commented_out() => Report.None(
        "Looks like code in a comment: the history keeps what was deleted.", Matches(Tree.Sources(), CommentedCode()));

    [Fact]
    public void No_region_hides_a_type_that_has_not_been_found_yet() => Report.None(
        "Regions:", Matches(Tree.Sources(), Region()));

    [Fact]
    public void An_engine_opens_no_file_reads_no_environment_and_logs_nothing() => Report.None(
        "Bytes, streams, keys and TimeProvider come into an engine as arguments:",
        // An auditor's copy of a log is a folder, and the verifier that reads it belongs to the engine.
        Matches(s_engines.SelectMany(engine => Tree.Files($"src/{engine}", ".cs")).Where(f => !f.EndsWith("/FolderTileReader.cs", StringComparison.Ordinal)), Surroundings()));

    [Fact]
    public void An_interface_has_two_implementations_in_the_product()
    {
        var types = ProductAssemblies.All.SelectMany(a => a.GetTypes()).Where(t => !t.Name.Contains('<', StringComparison.Ordinal)).ToList();
        Report.None(
            "Fewer than two implementations in src: use the class, or an abstract class with a private protected constructor.",
            from contract in types
            where contract.IsInterface
            let count = types.Count(t => !t.IsInterface && !t.IsAbstract && Implements(t, contract))
            where count < 2
            select $"{contract.FullName}: {count}");
    }

    [Fact]
    public void A_class_is_sealed_or_made_to_be_derived_from() => Report.None(
        "Neither sealed, static nor abstract, and nothing in the product derives from it:",
        from assembly in ProductAssemblies.All
        from type in assembly.GetTypes()
        where type is { IsClass: true, IsSealed: false, IsAbstract: false } && !type.Name.Contains('<', StringComparison.Ordinal)
        where type.GetCustomAttribute<System.Runtime.CompilerServices.CompilerGeneratedAttribute>() is null
        where type.Name != "Program" && type.Namespace?.StartsWith("SecureExchange", StringComparison.Ordinal) == true
        where !ProductAssemblies.All.SelectMany(a => a.GetTypes()).Any(t => Definition(t.BaseType) == type)
        select type.FullName);

    private static bool Implements(Type type, Type contract) => type.GetInterfaces().Any(i => Definition(i) == contract);

    private static Type? Definition(Type? type) => type is { IsGenericType: true } ? type.GetGenericTypeDefinition() : type;

    private static IEnumerable<string> Matches(IEnumerable<string> paths, Regex pattern) =>
        from path in paths
        from line in Tree.Lines(path).Index()
        where pattern.IsMatch(line.Item)
        select $"{path}:{line.Index + 1}: {line.Item.Trim()}";

    // Written in two parts, so that this file doesn't hold what it looks for.
    [GeneratedRegex("\\b(?:TO" + "DO|FIX" + "ME|HA" + "CK|XX" + "X)\\b")]
    private static partial Regex Later();

    [GeneratedRegex(@"^\s*//(?!/)\s*(?:(?:var|return|await|throw|using|if|for|foreach|while|else|public|private|internal|static) ?[^.]*[;{]|[\w.<>\[\]]+ = .*;|[\w.]+\([^)]*\);|[{}];?)\s*$")]
    private static partial Regex CommentedCode();

    [GeneratedRegex(@"^\s*#(?:end)?region\b")]
    private static partial Regex Region();

    [GeneratedRegex(@"\b(?:File|Directory|Environment)\.(?!NewLine|ProcessorCount|FailFast)[A-Z]\w+\(?|\bnew (?:FileStream|FileInfo|DirectoryInfo|HttpClient)\b|\bConsole\.|\bMicrosoft\.Extensions\.")]
    private static partial Regex Surroundings();
}
