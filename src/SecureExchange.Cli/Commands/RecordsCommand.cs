using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx records --agreement A</c> and <c>sx records send FILE --agreement A</c></summary>
internal static class RecordsCommand
{
    private static Option<long> After { get; } = new("--after") { Description = "only batches after this sequence number" };

    private static Option<bool> Clear { get; } = new("--clear") { Description = "in clear over TLS, where the agreement gives the gateway custody" };

    internal static Command Create()
    {
        var command = new Command("records", "read masked records, batch by batch; opened with --secret-key, else as sealed messages in JSON lines")
        {
            SendCommand.Agreement, After, Clear, SecretKeyFile.Key, SecretKeyFile.Passphrase, CreateSend(),
        };
        return command.ForGateway(ReadAsync);
    }

    private static Command CreateSend()
    {
        var command = new Command("send", "send records (NDJSON), and see line by line what was taken") { Upload.File, SendCommand.Agreement };
        return command.ForGateway(SendAsync);
    }

    /// <summary>Sends a batch at a time, each under a key of its own, so that a broken connection makes nothing twice.</summary>
    private static async Task<int> SendAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        const int BatchLines = 500, BatchCharacters = 256 * 1024;
        using var file = new StreamReader(parsed.GetRequiredValue(Upload.File), new UTF8Encoding(false, throwOnInvalidBytes: true));
        var batch = new StringBuilder();
        long sent = 0, refused = 0;
        for (var ended = false; !ended;)
        {
            var lines = 0;
            for (batch.Clear(); lines < BatchLines && batch.Length < BatchCharacters; lines++)
            {
                if (await ReadLineAsync(file, sent + lines + 1, ct) is not { } line)
                {
                    ended = true;
                    break;
                }

                batch.Append(line).Append('\n');
            }

            var body = batch.ToString();
            if (string.IsNullOrWhiteSpace(body))
            {
                sent += lines;
                continue;
            }

            var answers = await client.PostTextOnceAsync(Route(parsed), () => new StringContent(body, Encoding.UTF8, "application/x-ndjson"), ct);
            foreach (var answer in answers.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var verdict = JsonNode.Parse(answer)!.AsObject();
                verdict["line"] = sent + (long)verdict["line"]!;
                if ((string?)verdict["status"] == "refused") refused++;
                Terminal.Print(verdict.ToJsonString());
            }

            sent += lines;
        }

        if (refused == 0) return 0;
        Terminal.Say($"{refused} records were refused; the others were taken");
        return Terminal.Refused;
    }

    private static async Task<string?> ReadLineAsync(StreamReader file, long number, CancellationToken ct)
    {
        try
        {
            return await file.ReadLineAsync(ct);
        }
        catch (DecoderFallbackException)
        {
            throw new CliException(Terminal.Usage, $"at or after line {number}: this isn't UTF-8; the lines before it were sent");
        }
    }

    private static async Task<int> ReadAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var after = parsed.GetValue(After);
        var keyFile = parsed.GetValue(SecretKeyFile.Key);
        using var key = keyFile is null ? null : SecretKeyFile.Read(keyFile, parsed.GetValue(SecretKeyFile.Passphrase));
        var gateway = key is null ? null : await GatewayCertificate.GetAsync(client, file: null, ct);
        await using var output = StandardOutput.Open();
        for (var more = true; more;)
        {
            using var response = await client.GetAsync($"{Route(parsed)}?after={after}&clear={(parsed.GetValue(Clear) ? "true" : "false")}", ct);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
            more = false;
            while (await lines.ReadLineAsync(ct) is { } line)
            {
                using var batch = JsonDocument.Parse(line);
                more = true;
                after = batch.RootElement.GetProperty("sequence").GetInt64();
                if (batch.RootElement.TryGetProperty("records", out var clear)) await output.WriteAsync(Encoding.UTF8.GetBytes(clear.GetString()!), ct);
                else if (key is null) await output.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), ct);
                else
                {
                    using var opened = new MemoryStream();
                    using var message = new MemoryStream(batch.RootElement.GetProperty("message").GetBytesFromBase64());
                    await OpenedFile.CopyAsync(message, opened, key, gateway!, ct);
                    await output.WriteAsync(opened.ToArray(), ct);
                }
            }
        }

        Terminal.Say($"read up to sequence {after}; next time: --after {after}");
        return 0;
    }

    private static string Route(ParseResult parsed) =>
        $"v1/agreements/{Uri.EscapeDataString(parsed.GetRequiredValue(SendCommand.Agreement))}/records";
}
