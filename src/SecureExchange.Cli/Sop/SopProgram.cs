using SecureExchange.OpenPgp;

namespace SecureExchange.Cli.Sop;

/// <summary><c>sx sop</c>: the Stateless OpenPGP interface. Its own parser and exit codes, those of the draft.</summary>
internal static class SopProgram
{
    /// <summary>What it keeps to.</summary>
    internal const string Draft = "draft-dkg-openpgp-stateless-cli-14";

    /// <summary>What <c>sx --help</c> says of it.</summary>
    internal const string Summary = "the Stateless OpenPGP interface: keys, signatures, encryption, without a gateway; see: sx sop --help";

    internal static IReadOnlyList<SopSubcommand> Subcommands { get; } =
    [
        VersionSubcommand.Create(),
        ListProfilesSubcommand.Create(),
        GenerateKeySubcommand.Create(),
        ChangeKeyPasswordSubcommand.Create(),
        RevokeKeySubcommand.Create(),
        ExtractCertSubcommand.Create(),
        UpdateKeySubcommand.Create(),
        MergeCertsSubcommand.Create(),
        CertifyUserIdSubcommand.Create(),
        ValidateUserIdSubcommand.Create(),
        SignSubcommand.Create(),
        VerifySubcommand.Create(),
        EncryptSubcommand.Create(),
        DecryptSubcommand.Create(),
        ArmorSubcommand.Create(),
        DearmorSubcommand.Create(),
        InlineDetachSubcommand.Create(),
        InlineVerifySubcommand.Create(),
        InlineSignSubcommand.Create(),
    ];

    internal static async Task<int> RunAsync(string[] args)
    {
        var exit = await RunAsync(args, args.Contains(SopOption.Debug.Name));
        return (int)exit;
    }

    private static async Task<SopExit> RunAsync(string[] args, bool debug)
    {
        try
        {
            await DispatchAsync(args);
            return SopExit.Ok;
        }
        catch (SopException e)
        {
            return Say(e.Exit, e.Message);
        }
        catch (PgpException e)
        {
            if (debug) Terminal.Say($"PgpError.{e.Error} ({(int)e.Error})");
            return Say(SopExits.OfData(e.Error), e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Say(SopExit.Failed, e.Message);
        }
    }

    private static async Task DispatchAsync(string[] args)
    {
        if (args.FirstOrDefault(arg => arg != SopOption.Debug.Name) is not { } name)
            throw new SopException(SopExit.MissingArg, "which subcommand? See: sx sop --help");
        if (name is "--help" or "-h" or "help")
        {
            Console.Out.Write(SopHelp.Text());
            return;
        }

        var subcommand = Subcommands.FirstOrDefault(s => s.Name == name) ?? throw new SopException(
            name.StartsWith('-') ? SopExit.UnsupportedOption : SopExit.UnsupportedSubcommand,
            $"there is no subcommand {name}; see: sx sop --help");
        var arguments = SopArguments.Parse(subcommand, args.AsSpan(Array.IndexOf(args, name) + 1));
        if (arguments.WantsHelp)
        {
            Console.Out.Write(subcommand.Help());
            return;
        }

        subcommand.CheckOperands(arguments);
        using var call = new SopCall(arguments);
        await subcommand.RunAsync(call);
        await call.SucceedAsync();
    }

    private static SopExit Say(SopExit exit, string message)
    {
        Terminal.Say(exit == SopExit.Failed ? message : $"{message} ({exit.Name()})");
        return exit;
    }
}
