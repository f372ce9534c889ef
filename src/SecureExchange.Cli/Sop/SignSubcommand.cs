using System.Text;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop sign</c></summary>
internal static class SignSubcommand
{
    private static readonly SopOption s_as = new("--as", "what is signed: octets as they are, or text whose line ends may change (default: binary)", "binary|text");
    private static readonly SopOption s_micalg = new("--micalg-out", "where to write the hash's name for a signed mail (RFC 3156)", "MICALG");

    internal static SopSubcommand Create() => new("sign", "makes signatures that stand apart from their data", RunAsync)
    {
        Options = [SopOption.NoArmor, s_as, s_micalg, SopOption.WithKeyPassword],
        Operands = "KEYS...",
        OperandCount = (1, int.MaxValue),
        Reads = "DATA",
        Writes = "SIGNATURES",
    };

    private static async Task RunAsync(SopCall call)
    {
        var isText = call.Arguments.Choice(s_as, "binary", "text") == "text";
        var micalg = call.OpenOutput(s_micalg);
        var options = new SignOptions
        {
            Signers = await SopKeys.SecretKeysAsync(call, call.Arguments.Operands),
            Now = call.Now,
            IsText = isText,
            Armor = call.Armored,
        };
        DetachedSignature signature;
        try
        {
            signature = await PgpSignature.SignDetachedAsync(call.Input, options, default);
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.KeyCannotSign);
        }

        await call.Output.WriteAsync(signature.Octets);
        if (micalg is not null) await micalg.WriteAsync(Encoding.ASCII.GetBytes($"{signature.MicAlgorithm}\n")); // Empty where hashes differ.
    }
}
