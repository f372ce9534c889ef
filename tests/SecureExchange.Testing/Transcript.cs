using System.Text;
using System.Text.RegularExpressions;

namespace SecureExchange.Testing;

/// <summary>Commands in a document with what they print, as a reader would try them.</summary>
/// <remarks>A block <c>```console</c> behind the comment <c>&lt;!-- test: TAG --&gt;</c>. What follows <c>$ </c> is a command;
/// lines behind it that start with <c>&gt; </c> go on with it, and all commands run in one bash session. The other lines are its output, standard error included, to the letter, except
/// that <c>…</c> stands for anything within a line, and alone on a line for any lines.</remarks>
public sealed partial class Transcript
{
    private Transcript(IReadOnlyList<TranscriptStep> steps) => Steps = steps;

    public IReadOnlyList<TranscriptStep> Steps { get; }

    /// <summary>Reads the blocks that bear a tag.</summary>
    public static Transcript Read(string document, string tag)
    {
        var steps = new List<TranscriptStep>();
        foreach (Match block in Block().Matches(document))
        {
            if (block.Groups["tag"].Value != tag) continue;
            foreach (var line in block.Groups["lines"].Value.Split('\n')[..^1])
            {
                if (line.StartsWith("$ ", StringComparison.Ordinal)) steps.Add(new TranscriptStep(line[2..], []));
                else if (line.StartsWith("> ", StringComparison.Ordinal) && steps is [.., { Output.Count: 0 }])
                    steps[^1] = steps[^1] with { Command = $"{steps[^1].Command}\n{line[2..]}" };
                else if (steps.Count == 0) throw new FormatException("the block begins with output, not with a command");
                else steps[^1] = steps[^1] with { Output = [.. steps[^1].Output, line] };
            }
        }

        return steps.Count > 0 ? new Transcript(steps) : throw new FormatException($"the document has no block for '{tag}'");
    }

    /// <summary>Runs it.</summary>
    /// <returns>The first command whose output differs, with both; null where none does.</returns>
    public async Task<string?> RunAsync(string folder, IReadOnlyDictionary<string, string> environment, int seconds)
    {
        var mark = $"[{Guid.NewGuid():n}]";
        var script = new StringBuilder("exec 2>&1 </dev/null\n");
        // Between commands $? stays what it was.
        foreach (var step in Steps) script.Append(step.Command).Append('\n').Append($"__s=$?; printf '{mark}'; (exit $__s)\n");
        var ran = await Peer.RunAsync("bash", ["-c", script.ToString()], folder: folder, environment: environment, seconds: seconds);
        var outputs = ran.Text.Split(mark);
        for (var i = 0; i < Steps.Count; i++)
        {
            if (i + 1 >= outputs.Length) return $"$ {Steps[i].Command}\nthe session ended: {outputs[^1]}{ran.Errors}";
            if (!Steps[i].Matches(outputs[i]))
                return $"$ {Steps[i].Command}\nexpected:\n{string.Join('\n', Steps[i].Output)}\nprinted:\n{outputs[i]}";
        }

        return null;
    }

    [GeneratedRegex(@"<!-- test: (?<tag>[\w-]+) -->\n```console\n(?<lines>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}

/// <summary>A command, and the lines that it prints.</summary>
public sealed record TranscriptStep(string Command, IReadOnlyList<string> Output)
{
    private const string Anything = "…";

    /// <summary>Whether what it printed is what is expected.</summary>
    public bool Matches(string printed) => Regex.IsMatch(
        printed,
        $@"\A{string.Concat(Output.Select(line => line == Anything ? "(?:.*\n)*" : LinePattern(line)))}\z",
        RegexOptions.None, TimeSpan.FromSeconds(10));

    private static string LinePattern(string line) => string.Join(".*", line.Split(Anything).Select(Regex.Escape)) + "\n";
}
