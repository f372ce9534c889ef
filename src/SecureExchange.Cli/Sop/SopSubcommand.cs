using System.Text;

namespace SecureExchange.Cli.Sop;

/// <summary>One subcommand of the draft: what it takes, what its help says, what it does.</summary>
/// <param name="Name">As it is typed.</param>
/// <param name="Summary">What it does, for a line of help.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record SopSubcommand(string Name, string Summary, Func<SopCall, Task> RunAsync)
{
    /// <summary>Its options, in the order of the help.</summary>
    internal IReadOnlyList<SopOption> Options { get; init; } = [];

    /// <summary>What follows the options, in the words of the draft; empty for nothing.</summary>
    internal string Operands { get; init; } = "";

    /// <summary>How many operands it needs at least, and takes at most.</summary>
    internal (int Least, int Most) OperandCount { get; init; }

    /// <summary>What it reads from its input; empty for nothing.</summary>
    internal string Reads { get; init; } = "";

    /// <summary>What it writes to its output; empty for nothing.</summary>
    internal string Writes { get; init; } = "";

    /// <summary>What else its user should know: paragraphs, without a line break at the end.</summary>
    internal string Notes { get; init; } = "";

    internal string Help()
    {
        var help = new StringBuilder($"usage: sx sop {Name}");
        foreach (var option in Options) help.Append($" {option.Synopsis}");
        if (Operands.Length > 0) help.Append($" [--] {Operands}");
        if (Reads.Length > 0) help.Append($" < {Reads}");
        if (Writes.Length > 0) help.Append($" > {Writes}");
        help.Append($"\n\n{Summary}\n\noptions:\n");
        foreach (var option in Options.Append(SopOption.Debug))
            help.Append($"  {(option.Value is null ? option.Name : $"{option.Name}={option.Value}"),-34}  {option.Help}\n");
        if (Notes.Length > 0) help.Append($"\n{Notes}\n");
        return help.ToString();
    }

    /// <exception cref="SopException">Too few or too many operands.</exception>
    internal void CheckOperands(SopArguments arguments)
    {
        if (arguments.Operands.Count < OperandCount.Least)
            throw new SopException(SopExit.MissingArg, $"{Name} needs {Operands}; see: sx sop {Name} --help");
        if (arguments.Operands.Count > OperandCount.Most)
            throw new SopException(SopExit.UnsupportedOption, $"{Name} takes {(OperandCount.Most == 0 ? "nothing but options" : Operands)}; see: sx sop {Name} --help");
    }
}
