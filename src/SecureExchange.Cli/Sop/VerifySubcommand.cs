using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop verify</c></summary>
internal static class VerifySubcommand
{
    internal static SopSubcommand Create() => new("verify", "checks signatures that stand apart from their data", RunAsync)
    {
        Options = [SopOption.NotBefore, SopOption.NotAfter],
        Operands = "SIGNATURES CERTS...",
        OperandCount = (2, int.MaxValue),
        Reads = "DATA",
        Writes = "VERIFICATIONS",
    };

    private static async Task RunAsync(SopCall call)
    {
        var window = SopVerifications.Window.Read(call, SopOption.NotBefore, SopOption.NotAfter);
        var name = call.Arguments.Operands[0];
        var signatures = await SopInput.ReadAsync(name, PgpLimits.Default.MaxCertificate);
        var verifiers = await SopKeys.CertificatesAsync(call.Arguments.Operands.Skip(1));
        var verdict = await PgpSignature.VerifyDetachedAsync(
            call.Input, signatures, new VerifyOptions { Verifiers = verifiers, Now = call.Now }, default);
        await call.Output.WriteAsync(SopVerifications.RequireAny(verdict.Signatures, window));
    }
}
