namespace SecureExchange.Cli.Sop;

/// <summary>One option of a subcommand.</summary>
/// <param name="Name">With its dashes.</param>
/// <param name="Help">What it does, for a line of help.</param>
/// <param name="Value">What its value is; null for a flag.</param>
/// <param name="Repeats">Whether it may be given more than once.</param>
internal sealed record SopOption(string Name, string Help, string? Value = null, bool Repeats = false)
{
    /// <summary>What earlier drafts called it; null for nothing else.</summary>
    internal string? FormerName { get; init; }

    internal static SopOption NoArmor { get; } = new("--no-armor", "write octets instead of ASCII armor");

    internal static SopOption WithKeyPassword { get; } =
        new("--with-key-password", "opens secret keys that are protected", "PASSWORD", Repeats: true);

    internal static SopOption Profile { get; } =
        new("--profile", "a name that `sx sop list-profiles` gives for this subcommand", "PROFILE");

    internal static SopOption NotBefore { get; } =
        new("--not-before", "signatures made before count for nothing (default: -, no bound)", "DATE");

    internal static SopOption NotAfter { get; } =
        new("--not-after", "signatures made after count for nothing (default: now)", "DATE");

    /// <summary>Taken by every subcommand, as the draft has it.</summary>
    internal static SopOption Debug { get; } = new("--debug", "say on stderr which of the engine's errors it was");

    /// <summary>As it stands in a synopsis.</summary>
    internal string Synopsis => $"[{Name}{(Value is null ? "" : $"={Value}")}{(Repeats ? " ..." : "")}]";
}
