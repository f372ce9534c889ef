using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop inline-detach</c></summary>
internal static class InlineDetachSubcommand
{
    private static readonly SopOption s_signaturesOut = new("--signatures-out", "where to write the signatures (required)", "SIGNATURES");

    internal static SopSubcommand Create() => new("inline-detach", "takes data and signatures apart, without judging them", RunAsync)
    {
        Options = [SopOption.NoArmor, s_signaturesOut],
        Reads = "INLINESIGNED",
        Writes = "DATA",
    };

    private static async Task RunAsync(SopCall call)
    {
        var signatures = call.OpenOutput(s_signaturesOut)
            ?? throw new SopException(SopExit.MissingArg, "where do the signatures go? Name a file: --signatures-out=SIGNATURES");
        await signatures.WriteAsync(await PgpSignature.DetachAsync(call.Input, call.Output, call.Armored, limits: null, default));
    }
}
