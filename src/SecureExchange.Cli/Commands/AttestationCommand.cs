using System.CommandLine;
using System.Net.Http.Headers;
using SecureExchange.Masking.Attestations;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx attestation TRANSFER</c>: how a transfer was masked, with the gateway's signature checked.</summary>
internal static class AttestationCommand
{
    private static Argument<string> Transfer { get; } = new("TRANSFER") { Description = "which transfer, as `sx list` shows it" };

    private static Option<string?> Output { get; } = new("--output", "-o")
    {
        Description = "file to write; one that ends in .html gets a page with charts. The signature goes beside it as FILE.asc, but for a page",
    };

    private static Option<string?> Certificate { get; } = new("--gateway-certificate") { Description = "file of the gateway's certificate (default: as first seen)" };

    internal static Command Create()
    {
        var command = new Command("attestation", "show how a transfer was masked and what risk is left in it, signed by the gateway")
        {
            Transfer, Output, Certificate,
        };
        return command.ForGateway(async (parsed, client, ct) =>
        {
            var route = $"v1/transfers/{Uri.EscapeDataString(parsed.GetRequiredValue(Transfer))}/attestation";
            var json = await client.GetBytesAsync(route, ct);
            var signature = await SignatureAsync(client, route, ct);
            var gateway = await GatewayCertificate.GetAsync(client, parsed.GetValue(Certificate), ct);
            var options = new VerifyOptions { Verifiers = [.. gateway], Now = TimeProvider.System.GetUtcNow() };
            var verdict = await PgpSignature.VerifyDetachedAsync(new MemoryStream(json), signature, options, ct);
            if (verdict.Signatures.Count == 0 || verdict.Signatures.Any(s => s.Status != SignatureStatus.Good))
                throw new CliException(Terminal.NotVerified, "the attestation isn't signed by the gateway; nothing was written. Is it the right gateway's certificate?");
            if (parsed.GetValue(Output) is not { } output)
            {
                Terminal.Print(System.Text.Encoding.UTF8.GetString(json));
            }
            else if (output.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
            {
                await File.WriteAllTextAsync(output, AttestationHtml.Write(AttestationJson.Read(json)), ct);
            }
            else
            {
                await File.WriteAllBytesAsync(output, json, ct);
                await File.WriteAllBytesAsync(output + ".asc", signature, ct);
            }

            Terminal.Say("signed by the gateway");
            return 0;
        });
    }

    private static async Task<byte[]> SignatureAsync(GatewayClient client, string route, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, route);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/pgp-signature"));
        using var response = await client.SendAsync(request, ct);
        return await response.Content.ReadAsByteArrayAsync(ct);
    }
}
