using System.CommandLine;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx release TRANSFER</c></summary>
internal static class ReleaseCommand
{
    private static Argument<string> Transfer { get; } = new("TRANSFER") { Description = "a held transfer, as `sx list --held` shows it" };

    internal static Command Create()
    {
        var command = new Command("release", "let a dispatch go to the vendor that a gate of its masking profile holds") { Transfer };
        return command.ForGateway(async (parsed, client, ct) =>
        {
            var route = $"v1/transfers/{Uri.EscapeDataString(parsed.GetRequiredValue(Transfer))}/release";
            var released = await client.PostOnceAsync(route, () => new ByteArrayContent([]), ct);
            Terminal.Say($"released: the vendor can fetch it, event {released.GetProperty("event")}");
            return 0;
        });
    }
}
