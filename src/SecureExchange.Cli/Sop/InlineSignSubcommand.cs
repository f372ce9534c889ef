using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop inline-sign</c></summary>
internal static class InlineSignSubcommand
{
    private const string Clearsigned = "clearsigned";

    private static readonly SopOption s_as = new("--as", "what is signed; clearsigned stays readable (default: binary)", $"binary|text|{Clearsigned}");

    internal static SopSubcommand Create() => new("inline-sign", "makes messages that hold data and signatures", RunAsync)
    {
        Options = [SopOption.NoArmor, s_as, SopOption.WithKeyPassword],
        Operands = "KEYS...",
        OperandCount = (1, int.MaxValue),
        Reads = "DATA",
        Writes = "INLINESIGNED",
    };

    private static async Task RunAsync(SopCall call)
    {
        var form = call.Arguments.Choice(s_as, "binary", "text", Clearsigned);
        if (form == Clearsigned && !call.Armored)
            throw new SopException(SopExit.IncompatibleOptions, $"--as={Clearsigned} and --no-armor: a text that is signed in the clear has no binary form");
        var options = new SignOptions
        {
            Signers = await SopKeys.SecretKeysAsync(call, call.Arguments.Operands),
            Now = call.Now,
            IsText = form == "text",
            Armor = call.Armored,
        };
        try
        {
            await using var writer = form == Clearsigned
                ? PgpSignature.SignCleartext(call.Output, options)
                : PgpSignature.SignInline(call.Output, options);
            await call.CopyInputAsync(writer.WriteAsync);
            await writer.CompleteAsync(default);
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.KeyCannotSign);
        }
    }
}
