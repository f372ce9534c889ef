using System.CommandLine;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx send FILE --agreement A</c></summary>
internal static class SendCommand
{
    internal static Option<string> Agreement { get; } = new("--agreement", "-a") { Description = "under which agreement", Required = true };

    internal static Command Create()
    {
        var command = new Command("send", "send a file to the vendor: it arrives masked, and sealed to the vendor's key")
        {
            Upload.File, Agreement, SecretKeyFile.Key, SecretKeyFile.Passphrase,
        };
        return command.ForGateway(async (parsed, client, ct) =>
        {
            var content = await Upload.PrepareAsync(parsed, client, ct);
            var route = $"v1/agreements/{Uri.EscapeDataString(parsed.GetRequiredValue(Agreement))}/transfers";
            var sent = await client.PostOnceAsync(route, content, ct);
            Terminal.Print(sent.GetProperty("transfer").GetString()!);
            if (sent.GetProperty("state").GetString() == "held")
                Terminal.Say("held: the profile's gates weren't passed, so the vendor can't see it until an approver of yours releases it (sx release); `sx attestation` says why");
            Terminal.Say($"sent: {sent.GetProperty("records")} records masked and sealed, event {sent.GetProperty("event")}");
            return 0;
        });
    }
}
