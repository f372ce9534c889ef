namespace SecureExchange.Cli.Sop;

/// <summary>The arguments of one subcommand, taken apart.</summary>
/// <remarks>Not with System.CommandLine, which reads <c>@ENV:X</c> as the name of a file with more arguments, and doesn't
/// tell an unknown option from a missing value, for which the draft has different exit codes.</remarks>
internal sealed class SopArguments
{
    private readonly List<(SopOption Option, string Value)> _options = [];
    private readonly List<string> _operands = [];

    private SopArguments()
    {
    }

    /// <summary>What isn't an option, in order.</summary>
    internal IReadOnlyList<string> Operands => _operands;

    /// <summary>Whether help was asked for; nothing else counts then.</summary>
    internal bool WantsHelp { get; private set; }

    internal static SopArguments Parse(SopSubcommand subcommand, ReadOnlySpan<string> args)
    {
        var parsed = new SopArguments();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--")
            {
                parsed._operands.AddRange(args[(i + 1)..]);
                break;
            }

            if (args[i] is "--help" or "-h") parsed.WantsHelp = true;
            else if (args[i].Length > 1 && args[i][0] == '-') parsed.TakeOption(subcommand, args, ref i);
            else parsed._operands.Add(args[i]);
        }

        return parsed;
    }

    /// <summary>Whether a flag or an option was given.</summary>
    internal bool Has(SopOption option) => _options.Exists(given => given.Option == option);

    /// <summary>An option's value; null where it wasn't given.</summary>
    internal string? One(SopOption option) => _options.Find(given => given.Option == option).Value;

    /// <summary>The values of an option that repeats, in order.</summary>
    internal IReadOnlyList<string> All(SopOption option) => [.. _options.Where(given => given.Option == option).Select(given => given.Value)];

    /// <summary>The value of an option that is one of a few words; the first of them where it wasn't given.</summary>
    internal string Choice(SopOption option, params ReadOnlySpan<string> choices)
    {
        if (One(option) is not { } value) return choices[0];
        return choices.Contains(value)
            ? value
            : throw new SopException(SopExit.UnsupportedOption, $"{option.Name}={value}: it is one of {string.Join(", ", choices)}");
    }

    private void TakeOption(SopSubcommand subcommand, ReadOnlySpan<string> args, ref int i)
    {
        var split = args[i].IndexOf('=', StringComparison.Ordinal);
        var name = split < 0 ? args[i] : args[i][..split];
        var option = subcommand.Options.Append(SopOption.Debug).FirstOrDefault(o => o.Name == name || o.FormerName == name)
            ?? throw new SopException(SopExit.UnsupportedOption, $"{name} isn't an option of {subcommand.Name}; see: sx sop {subcommand.Name} --help");
        if (Has(option) && !option.Repeats && option.Value is not null)
            throw new SopException(SopExit.IncompatibleOptions, $"{name} is there twice, and only one can count");
        if (option.Value is null)
        {
            if (split >= 0) throw new SopException(SopExit.UnsupportedOption, $"{name} takes no value");
            _options.Add((option, ""));
            return;
        }

        var value = split >= 0 ? args[i][(split + 1)..] : i + 1 < args.Length ? args[++i] : "";
        if (value.Length == 0) throw new SopException(SopExit.MissingArg, $"{name} needs a value: {name}={option.Value}");
        _options.Add((option, value));
    }
}
