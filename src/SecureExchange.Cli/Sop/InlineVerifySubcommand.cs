using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop inline-verify</c></summary>
internal static class InlineVerifySubcommand
{
    private static readonly SopOption s_verificationsOut = new("--verifications-out", "where to say which signatures are good", "VERIFICATIONS");

    internal static SopSubcommand Create() => new("inline-verify", "checks messages that hold data and signatures, and takes the data out", RunAsync)
    {
        Options = [s_verificationsOut, SopOption.NotBefore, SopOption.NotAfter],
        Operands = "CERTS...",
        OperandCount = (1, int.MaxValue),
        Reads = "INLINESIGNED",
        Writes = "DATA",
        Notes =
            """
            Without a good signature the exit code is 3 and no data come out, up to 32 MiB; those of a longer message flow, and are
            worth nothing unless the exit code is 0.
            """,
    };

    private static async Task RunAsync(SopCall call)
    {
        var window = SopVerifications.Window.Read(call, SopOption.NotBefore, SopOption.NotAfter);
        var verifications = call.OpenOutput(s_verificationsOut);
        var options = new VerifyOptions { Verifiers = await SopKeys.CertificatesAsync(call.Arguments.Operands), Now = call.Now };
        await using var message = await PgpSignature.OpenAsync(call.Input, options, default);
        using var held = new HeldOutput(call.Output);
        await held.TakeAllAsync(message.Plaintext);
        var verdict = await message.VerifyAsync(default);
        var lines = SopVerifications.RequireAny(verdict.Signatures, window);
        await held.ReleaseAsync();
        if (verifications is not null) await verifications.WriteAsync(lines);
    }
}
