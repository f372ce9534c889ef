using SecureExchange.OpenPgp.Armor;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop dearmor</c></summary>
internal static class DearmorSubcommand
{
    internal static SopSubcommand Create() => new("dearmor", "takes ASCII armor off, if it is there", RunAsync)
    {
        Reads = "OPENPGP",
        Writes = "OPENPGP",
    };

    private static async Task RunAsync(SopCall call) => await PgpArmor.DecodeAsync(call.Input, call.Output, limits: null, default);
}
