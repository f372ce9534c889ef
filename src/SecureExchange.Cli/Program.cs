using System.CommandLine;
using SecureExchange.Cli;
using SecureExchange.Cli.Commands;

var root = new RootCommand("sx: hands sensitive work to vendors and gets it back, through a SecureExchange gateway")
{
    AgreementCommand.Create(),
    SendCommand.Create(),
    ListCommand.Create(),
    FetchCommand.Create(),
    ReturnCommand.Create(),
    FindingsCommand.Create(),
    RecordsCommand.Create(),
    AuditCommand.Create(),
    WitnessCommand.Create(),
    KeyCommand.Create(),
    TokenCommand.Create(),
};
return await Terminal.RunAsync(root, args);
