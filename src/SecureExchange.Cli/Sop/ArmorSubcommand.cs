using SecureExchange.OpenPgp.Armor;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop armor</c></summary>
internal static class ArmorSubcommand
{
    // Revisions before -09 let the caller say what the packets tell anyway.
    private static readonly SopOption s_label = new("--label", "of earlier drafts; only auto, which is what happens without it", "auto");

    internal static SopSubcommand Create() => new("armor", "puts ASCII armor on, if it isn't there yet", RunAsync)
    {
        Options = [s_label],
        Reads = "OPENPGP",
        Writes = "OPENPGP",
    };

    private static async Task RunAsync(SopCall call)
    {
        call.Arguments.Choice(s_label, "auto");
        await PgpArmor.EncodeAsync(call.Input, call.Output, default);
    }
}
