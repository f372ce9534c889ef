using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop encrypt</c></summary>
internal static class EncryptSubcommand
{
    internal const string Name = "encrypt";

    private static readonly SopOption s_as = new("--as", "what is encrypted: octets, or text in UTF-8 (default: binary)", "binary|text");
    private static readonly SopOption s_password = new("--with-password", "whoever knows this can decrypt", "PASSWORD", Repeats: true);
    private static readonly SopOption s_signWith = new("--sign-with", "sign with these keys as well", "KEYS", Repeats: true);
    private static readonly SopOption s_sessionKeyOut = new("--session-key-out", "where to write the key of this one message, which opens it", "SESSIONKEY");
    private static readonly SopOption s_for = new("--for", "what it is for: keys are taken that their owners have for that (default: any)", "any|storage|communications");

    internal static SopSubcommand Create() => new(Name, "encrypts, and signs if asked to", RunAsync)
    {
        Options = [SopOption.NoArmor, s_as, s_password, s_signWith, SopOption.WithKeyPassword, SopOption.Profile, s_for, s_sessionKeyOut],
        Operands = "[CERTS...]",
        OperandCount = (0, int.MaxValue),
        Reads = "DATA",
        Writes = "MESSAGE",
    };

    private static async Task RunAsync(SopCall call)
    {
        var arguments = call.Arguments;
        var profile = SopProfile.Chosen(Name, arguments);
        var isText = arguments.Choice(s_as, "binary", "text") == "text";
        var purpose = Purpose(arguments);
        if (arguments.Operands.Count == 0 && !arguments.Has(s_password))
            throw new SopException(SopExit.MissingArg, "for whom? Name CERTS, or a password with --with-password");
        var sessionKeyOut = call.OpenOutput(s_sessionKeyOut);
        var passwords = new List<ReadOnlyMemory<byte>>();
        foreach (var name in arguments.All(s_password)) passwords.Add(call.Keep(await SopPassword.ReadNewAsync(name)).Octets);
        var options = new SealOptions
        {
            Recipients = await RecipientsAsync(call, purpose),
            Purpose = purpose,
            Passphrases = passwords,
            Signers = await SopKeys.SecretKeysAsync(call, arguments.All(s_signWith)),
            Now = call.Now,
            IsText = isText,
            Armor = call.Armored,
            Format = Format(profile, hasRecipients: arguments.Operands.Count > 0),
        };
        try
        {
            // The recipients were looked at before: what is wrong now is a signer's, or the text.
            await using var writer = PgpMessage.Seal(call.Output, options);
            var text = new SopText();
            await call.CopyInputAsync((piece, ct) =>
            {
                if (isText) text.Append(piece.Span);
                return writer.WriteAsync(piece, ct);
            });
            text.End();
            await writer.CompleteAsync(default);
            if (sessionKeyOut is not null) await SopSessionKey.WriteAsync(call.Keep(writer.ExportSessionKey()), sessionKeyOut);
        }
        catch (PgpException e)
        {
            throw SopException.Of(e, SopExit.KeyCannotSign);
        }
    }

    private static SealPurpose Purpose(SopArguments arguments) => arguments.Choice(s_for, "any", "storage", "communications") switch
    {
        "storage" => SealPurpose.Storage,
        "communications" => SealPurpose.Communications,
        _ => SealPurpose.Any,
    };

    /// <summary>Certificates say what their owners' programs read, and are believed; passwords say nothing.</summary>
    private static SealFormat Format(SopProfile profile, bool hasRecipients)
    {
        if (!profile.IsRfc9580) return SealFormat.Version1;
        return hasRecipients ? SealFormat.AsRecipientsRead : SealFormat.Version2;
    }

    private static async Task<List<Certificate>> RecipientsAsync(SopCall call, SealPurpose purpose)
    {
        var recipients = await SopKeys.RecipientsAsync(call.Arguments.Operands);
        foreach (var recipient in recipients)
        {
            try
            {
                recipient.RequireUsableForEncryption(call.Now, purpose: purpose);
            }
            catch (PgpException e)
            {
                throw SopException.Of(e, SopExit.CertCannotEncrypt);
            }
        }

        return recipients;
    }
}
