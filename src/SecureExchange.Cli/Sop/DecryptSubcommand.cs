using SecureExchange.OpenPgp;
using SecureExchange.OpenPgp.Crypto;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop decrypt</c></summary>
internal static class DecryptSubcommand
{
    private static readonly SopOption s_verifyWith = new("--verify-with", "whose signatures to look for; needs --verifications-out", "CERTS", Repeats: true);
    private static readonly SopOption s_verificationsOut = new("--verifications-out", "where to say which signatures are good; needs --verify-with", "VERIFICATIONS") { FormerName = "--verify-out" };
    private static readonly SopOption s_password = new("--with-password", "try this one, for a message that was encrypted with a password", "PASSWORD", Repeats: true);
    private static readonly SopOption s_withSessionKey = new("--with-session-key", "try this one before all else", "SESSIONKEY", Repeats: true);
    private static readonly SopOption s_sessionKeyOut = new("--session-key-out", "where to write the key of this one message, which opens it", "SESSIONKEY");
    private static readonly SopOption s_notBefore = SopOption.NotBefore with { Name = "--verify-not-before" };
    private static readonly SopOption s_notAfter = SopOption.NotAfter with { Name = "--verify-not-after" };

    internal static SopSubcommand Create() => new("decrypt", "decrypts, and verifies if asked to", RunAsync)
    {
        Options =
        [
            s_sessionKeyOut, s_withSessionKey, s_password, s_verificationsOut, s_verifyWith, s_notBefore, s_notAfter, SopOption.WithKeyPassword,
        ],
        Operands = "[KEYS...]",
        OperandCount = (0, int.MaxValue),
        Reads = "MESSAGE",
        Writes = "DATA",
        Notes =
            """
            Exit code 0 says that nobody altered the message, not that anybody signed it: that is in VERIFICATIONS, one line for
            each good signature. Up to 32 MiB of plaintext are held back in memory until all of the message was checked; of a
            longer one the plaintext flows, and is worth nothing unless the exit code is 0.
            """,
    };

    private static async Task RunAsync(SopCall call)
    {
        var arguments = call.Arguments;
        if (arguments.Has(s_verifyWith) != arguments.Has(s_verificationsOut))
            throw new SopException(SopExit.IncompleteVerification, "--verify-with and --verifications-out need each other: whose signatures, and where to say so");
        if (!arguments.Has(s_verifyWith) && (arguments.Has(s_notBefore) || arguments.Has(s_notAfter)))
            throw new SopException(SopExit.IncompleteVerification, $"{s_notBefore.Name} and {s_notAfter.Name} need --verify-with: whose signatures");
        if (arguments.Operands.Count == 0 && !arguments.Has(s_password) && !arguments.Has(s_withSessionKey))
            throw new SopException(SopExit.MissingArg, "with what? Name KEYS, a password with --with-password, or a session key with --with-session-key");
        var window = SopVerifications.Window.Read(call, s_notBefore, s_notAfter);
        var verifications = call.OpenOutput(s_verificationsOut);
        var sessionKeyOut = call.OpenOutput(s_sessionKeyOut);
        var (keys, locked) = await SopKeys.OpenableAsync(call, arguments.Operands);
        var options = new OpenOptions
        {
            Keys = keys,
            Passphrases = await PasswordsAsync(call),
            SessionKeys = await SessionKeysAsync(call),
            Verifiers = await SopKeys.CertificatesAsync(arguments.All(s_verifyWith)),
            Now = call.Now,
        };

        await using var message = await OpenAsync(call.Input, options, locked);
        using var held = new HeldOutput(call.Output);
        await held.TakeAllAsync(message.Plaintext);
        var verified = await message.VerifyAsync(default);
        await held.ReleaseAsync();
        if (verifications is not null) await verifications.WriteAsync(SopVerifications.Text(verified.Signatures, window));
        if (sessionKeyOut is not null) await SopSessionKey.WriteAsync(call.Keep(message.ExportSessionKey()), sessionKeyOut);
    }

    private static async Task<OpenedMessage> OpenAsync(Stream input, OpenOptions options, List<string> locked)
    {
        try
        {
            return await PgpMessage.OpenAsync(input, options, default);
        }
        catch (PgpException e) when (e.Error is PgpError.NoMatchingKey or PgpError.WrongPassphrase)
        {
            // It may be for a key that stayed locked.
            throw locked.Count > 0 ? SopKeys.Locked(locked[0]) : new SopException(SopExit.CannotDecrypt, e.Message);
        }
        catch (PgpException e) when (e.Error == PgpError.UnsupportedAlgorithm)
        {
            throw new SopException(SopExit.CannotDecrypt, e.Message); // A cipher's, since keys were read before.
        }
    }

    private static async Task<List<ReadOnlyMemory<byte>>> PasswordsAsync(SopCall call)
    {
        var passwords = new List<ReadOnlyMemory<byte>>();
        foreach (var name in call.Arguments.All(s_password))
            passwords.AddRange((await SopPassword.ReadAsync(name)).Select(password => call.Keep(password).Octets));
        return passwords;
    }

    private static async Task<List<SessionKey>> SessionKeysAsync(SopCall call)
    {
        var keys = new List<SessionKey>();
        foreach (var name in call.Arguments.All(s_withSessionKey)) keys.Add(call.Keep(await SopSessionKey.ReadAsync(name)));
        return keys;
    }
}
