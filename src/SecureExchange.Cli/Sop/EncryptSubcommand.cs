using System.Security.Cryptography;
using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop encrypt</c></summary>
internal static class EncryptSubcommand
{
    internal const string Name = "encrypt";

    private const int PieceSize = 256 * 1024;

    private static readonly SopOption s_signWith = new("--sign-with", "sign with these keys as well", "KEYS", Repeats: true);

    internal static SopSubcommand Create() => new(Name, "encrypts, and signs if asked to", RunAsync)
    {
        Options = [SopOption.NoArmor, s_signWith, SopOption.WithKeyPassword, SopOption.Profile],
        Operands = "[CERTS...]",
        OperandCount = (0, int.MaxValue),
        Reads = "DATA",
        Writes = "MESSAGE",
    };

    private static async Task RunAsync(SopCall call)
    {
        _ = SopProfile.Chosen(Name, call.Arguments);
        if (call.Arguments.Operands.Count == 0) throw new SopException(SopExit.MissingArg, "for whom? Name one or more CERTS, or a password with --with-password");
        var options = new SealOptions
        {
            Recipients = await RecipientsAsync(call),
            Signers = await SopKeys.SecretKeysAsync(call, call.Arguments.All(s_signWith)),
            Now = call.Now,
            Armor = call.Armored,
        };
        await using var writer = Seal(call.Output, options);
        var piece = new byte[PieceSize];
        try
        {
            while (await call.Input.ReadAsync(piece) is var read && read > 0) await writer.WriteAsync(piece.AsMemory(0, read), default);
            await writer.CompleteAsync(default);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(piece);
        }
    }

    private static async Task<List<Certificate>> RecipientsAsync(SopCall call)
    {
        var recipients = await SopKeys.CertificatesAsync(call.Arguments.Operands);
        foreach (var recipient in recipients)
        {
            try
            {
                recipient.RequireUsableForEncryption(call.Now);
            }
            catch (PgpException e)
            {
                throw new SopException(SopExits.Of(e.Error, SopExit.CertCannotEncrypt), e.Message);
            }
        }

        return recipients;
    }

    private static SealedWriter Seal(Stream output, SealOptions options)
    {
        try
        {
            return PgpMessage.Seal(output, options);
        }
        catch (PgpException e)
        {
            throw new SopException(SopExits.Of(e.Error, SopExit.KeyCannotSign), e.Message); // The recipients were looked at before.
        }
    }
}
