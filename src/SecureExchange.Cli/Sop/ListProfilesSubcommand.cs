namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop list-profiles</c></summary>
internal static class ListProfilesSubcommand
{
    internal static SopSubcommand Create() => new("list-profiles", "lists the profiles of a subcommand, the default first", Run)
    {
        Operands = "SUBCOMMAND",
        OperandCount = (1, 1),
    };

    private static Task Run(SopCall call)
    {
        var name = call.Arguments.Operands[0];
        if (!SopProfile.BySubcommand.TryGetValue(name, out var profiles))
            throw new SopException(SopExit.UnsupportedProfile, $"{name} has no profiles; these have: {string.Join(", ", SopProfile.BySubcommand.Keys)}");
        foreach (var profile in profiles)
            call.Print($"{profile.Name}: {profile.Description} (aliases: {string.Join(", ", profile.Aliases)})");
        return Task.CompletedTask;
    }
}
