using System.CommandLine;
using SecureExchange.Cli;
using SecureExchange.Cli.Commands;
using SecureExchange.Cli.Sop;

if (args is ["sop", .. var rest]) return await SopProgram.RunAsync(rest);

var root = new RootCommand("sx: hands sensitive work to vendors and gets it back, through a SecureExchange gateway")
{
    LoginCommand.CreateLogin(),
    LoginCommand.CreateLogout(),
    LoginCommand.CreateWhoAmI(),
    AgreementCommand.Create(),
    AccessCommand.Create(),
    SendCommand.Create(),
    ListCommand.Create(),
    FetchCommand.Create(),
    ReturnCommand.Create(),
    FindingsCommand.Create(),
    AttestationCommand.Create(),
    ReleaseCommand.Create(),
    RecordsCommand.Create(),
    RevealCommand.Create(),
    CertCommand.Create(),
    AuditCommand.Create(),
    EraseCommand.Create(),
    EraseCommand.CreateHold(),
    WitnessCommand.Create(),
    MaskCommand.CreateMask(),
    MaskCommand.CreateUnmask(),
    TraceCommand.Create(),
    DetectCommand.Create(),
    ProfileCommand.Create(),
    KeyCommand.Create(),
    MapCommand.Create(),
    KeysCommand.Create(),
    TokenCommand.Create(),
    new Command("sop", SopProgram.Summary), // Only for the help: it was dealt with above.
};
return await Terminal.RunAsync(root, args);
