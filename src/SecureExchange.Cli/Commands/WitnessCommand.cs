using System.CommandLine;
using System.Net;
using SecureExchange.Cli.Witnessing;
using SecureExchange.Transparency.Checkpoints;
using SecureExchange.Transparency.Witnesses;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx witness key|serve</c></summary>
internal static class WitnessCommand
{
    private static Option<string> Name { get; } = new("--name") { Description = "what it is called: by custom a URL without https://", Required = true };

    private static Option<string> Output { get; } = new("--output", "-o") { Description = "file for the secret key (mode 0600)", Required = true };

    private static Option<string> Key { get; } = new("--key-file") { Description = "its secret key, made by sx witness key", Required = true };

    private static Option<string> State { get; } = new("--state") { Description = "folder of what it remembers and of the evidence it keeps; a witness that loses it has to be replaced", Required = true };

    private static Option<string[]> Logs { get; } = new("--log") { Description = "verifier key of a log to watch; may be given again, also with the key that replaces another", Required = true };

    private static Option<string> Listen { get; } = new("--listen") { Description = "address and port", DefaultValueFactory = _ => "127.0.0.1:8450" };

    internal static Command Create() => new("witness", "watch logs: vouch for each only as long as it takes nothing back (C2SP tlog-witness)")
    {
        CreateKey(),
        CreateServe(),
    };

    private static Command CreateKey()
    {
        var command = new Command("key", "make a witness's key, and show the public part for policies") { Name, Output };
        command.SetAction(parsed => Terminal.Print($"{WitnessKeyFile.Create(parsed.GetRequiredValue(Name), parsed.GetRequiredValue(Output))}"));
        return command;
    }

    private static Command CreateServe()
    {
        var command = new Command("serve", "answer logs that ask for a cosignature; plain HTTP, so put a proxy with TLS before it for others") { Key, State, Logs, Listen };
        command.SetAction(async (parsed, ct) =>
        {
            if (!IPEndPoint.TryParse(parsed.GetRequiredValue(Listen), out var address) || !parsed.GetRequiredValue(Listen).Contains(':'))
                throw new CliException(Terminal.Usage, "--listen is an address and a port, such as 127.0.0.1:8450");
            using var key = WitnessKeyFile.Read(parsed.GetRequiredValue(Key));
            using var state = new WitnessFolder(parsed.GetRequiredValue(State));
            NoteVerifier[] logs = [.. parsed.GetRequiredValue(Logs).Select(NoteVerifier.Parse)];
            if (logs.DistinctBy(log => log.ToString()).Count() < logs.Length) throw new CliException(Terminal.Usage, "one --log key is there twice");
            await WitnessServer.RunAsync(new Witness(state, key, logs, TimeProvider.System), key.Cosigner, address, ct);
            return 0;
        });
        return command;
    }
}
