using System.CommandLine;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx fetch TRANSFER</c></summary>
internal static class FetchCommand
{
    private static Argument<string> Transfer { get; } = new("TRANSFER") { Description = "which transfer, as `sx list` shows it" };

    private static Option<string?> Output { get; } = new("--output", "-o") { Description = "file to write (default: TRANSFER.pgp, or the sender's name when decrypting)" };

    private static Option<bool> Decrypt { get; } = new("--decrypt") { Description = "open the message with --secret-key and check the gateway's signature" };

    private static Option<string?> Certificate { get; } = new("--gateway-certificate") { Description = "file of the gateway's certificate (default: as first seen)" };

    internal static Command Create()
    {
        var command = new Command("fetch", "fetch what is sealed to your side of a transfer")
        {
            Transfer, Output, Decrypt, SecretKeyFile.Key, SecretKeyFile.Passphrase, Certificate,
        };
        return command.ForGateway(async (parsed, client, ct) =>
        {
            var id = parsed.GetRequiredValue(Transfer);
            if (id.Length != 26 || !id.All(char.IsAsciiLetterOrDigit))
                throw new CliException(Terminal.Usage, "a transfer's id has 26 letters and digits, as `sx list` shows it");
            var decrypt = parsed.GetValue(Decrypt);
            if (decrypt && parsed.GetValue(SecretKeyFile.Key) is null) throw new CliException(Terminal.Usage, "--decrypt needs --secret-key");
            var output = parsed.GetValue(Output) ?? (decrypt ? await NameAsync(client, id, ct) : $"{id}.pgp");
            var sealedPath = decrypt ? output + ".pgp.part" : output;
            try
            {
                var logged = await Download.RunAsync(client, $"v1/transfers/{id}/content", sealedPath, ct);
                if (decrypt)
                {
                    using var key = SecretKeyFile.Read(parsed.GetValue(SecretKeyFile.Key)!, parsed.GetValue(SecretKeyFile.Passphrase));
                    var gateway = await GatewayCertificate.GetAsync(client, parsed.GetValue(Certificate), ct);
                    await OpenedFile.WriteAsync(sealedPath, output, key, gateway, ct);
                }

                Terminal.Print(output);
                Terminal.Say(decrypt ? $"fetched and opened, signed by the gateway, event {logged}" : $"fetched, event {logged}");
                return 0;
            }
            finally
            {
                if (decrypt) File.Delete(sealedPath);
            }
        });
    }

    /// <summary>The sender's name for the file, as a plain file name in this folder; never over a file that is there.</summary>
    private static async Task<string> NameAsync(GatewayClient client, string id, CancellationToken ct)
    {
        var transfer = await client.GetJsonAsync($"v1/transfers/{id}", ct);
        var name = Path.GetFileName(transfer.GetProperty("name").GetString() ?? "");
        if (name.StartsWith('.') || name.Length == 0 || Terminal.Plain(name) != name) name = id;
        return File.Exists(name)
            ? throw new CliException(Terminal.Usage, $"{name} is there already; name another file with --output")
            : name;
    }
}
