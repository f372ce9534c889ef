using System.CommandLine;
using System.Text;
using System.Text.Json;
using SecureExchange.OpenPgp.Keys;
using SecureExchange.OpenPgp.Messages;

namespace SecureExchange.Cli.Commands;

/// <summary><c>sx cert register|prove|confirm|list|update|lookup|revoke</c></summary>
internal static class CertCommand
{
    private const string FirstLine = "SecureExchange certificate";

    private static Argument<string> File { get; } = new("FILE") { Description = "the certificate's file" };

    private static Argument<string> Id { get; } = new("FINGERPRINT") { Description = "the certificate's fingerprint, all of it" };

    private static Option<bool> Approver { get; } = new("--approver") { Description = "it is your own key, as an approver of reveals, and not your party's" };

    private static Option<string?> Gateway { get; } = new("--gateway-certificate") { Description = "file of the gateway's certificate (default: as first seen)" };

    internal static Command Create() => new("cert", "the OpenPGP certificates of your party under an agreement")
    {
        new Command("register", "bring a certificate; it is used once it is proven and a second person has confirmed it. With its secret key: prove it too")
        {
            File, SendCommand.Agreement, Approver, SecretKeyFile.Key, SecretKeyFile.Passphrase, Gateway,
        }.ForGateway(RegisterAsync),
        new Command("prove", "show that you have the secret key, by a signature that is made on this machine")
        {
            Id, SendCommand.Agreement, SecretKeyFile.Key, SecretKeyFile.Passphrase, Gateway,
        }.ForGateway((parsed, client, ct) => ProveAsync(parsed, client, FingerprintOf(parsed.GetRequiredValue(Id)), ct)),
        new Command("confirm", "confirm a certificate that somebody else of your party registered: first compare the fingerprint with its holder's")
        {
            Id, SendCommand.Agreement,
        }.ForGateway((parsed, client, ct) => StepAsync(parsed, client, "confirm", ct)),
        new Command("list", "list both parties' certificates, and how they stand") { SendCommand.Agreement }.ForGateway(ListAsync),
        new Command("update", "send a newer copy: another end, other subkeys, a revocation. It is merged with what is known") { File, SendCommand.Agreement }
            .ForGateway(UpdateAsync),
        new Command("lookup", "have the gateway look in the Web Key Directory of the certificate's addresses for a newer copy, and merge it") { Id, SendCommand.Agreement }
            .ForGateway((parsed, client, ct) => StepAsync(parsed, client, "lookup", ct)),
        new Command("revoke", "take a certificate out of use at once and for good. With its secret key: also say so in the certificate itself")
        {
            Id, SendCommand.Agreement, SecretKeyFile.Key, SecretKeyFile.Passphrase,
        }.ForGateway(RevokeAsync),
    };

    private static string RouteOf(ParseResult parsed) => $"v1/agreements/{Uri.EscapeDataString(parsed.GetRequiredValue(SendCommand.Agreement))}/certificates";

    private static Fingerprint FingerprintOf(string text) => Fingerprint.TryParse(text, out var fingerprint)
        ? fingerprint
        : throw new CliException(Terminal.Usage, "a fingerprint has 40 or 64 hexadecimal digits; give all of it");

    private static async Task<int> RegisterAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var certificate = Certificate.Read(await System.IO.File.ReadAllBytesAsync(parsed.GetRequiredValue(File), ct));
        var query = parsed.GetValue(Approver) ? "?approver=true" : "";
        var made = await PostAsync(client, RouteOf(parsed) + query, new ByteArrayContent(certificate.ToBytes()), ct);
        Terminal.Print(certificate.Fingerprint.ToString());
        Say(made);
        return parsed.GetValue(SecretKeyFile.Key) is null ? 0 : await ProveAsync(parsed, client, certificate.Fingerprint, ct);
    }

    private static async Task<int> ProveAsync(ParseResult parsed, GatewayClient client, Fingerprint certificate, CancellationToken ct)
    {
        var path = parsed.GetValue(SecretKeyFile.Key) ?? throw new CliException(Terminal.Usage, "--secret-key: with which key?");
        using var key = SecretKeyFile.Read(path, parsed.GetValue(SecretKeyFile.Passphrase));
        if (key.Certificate.Fingerprint != certificate)
            throw new CliException(Terminal.Usage, $"--secret-key: this is the key of {key.Certificate.Fingerprint}, not of {certificate}");
        var text = await ChallengeAsync(parsed, client, key, ct);
        var lines = Encoding.UTF8.GetString(text).Split('\n');
        // Nothing else is ever signed here than the proof of this certificate, under this agreement.
        if (lines is not [FirstLine, ..] || !lines.Contains($"agreement: {parsed.GetRequiredValue(SendCommand.Agreement)}") || !lines.Contains($"certificate: {certificate}"))
            throw new CliException(Terminal.NotVerified, $"what the gateway sent isn't the challenge of {certificate}");
        foreach (var line in lines.Skip(1).Where(line => line.Length > 0)) Terminal.Say(line);
        using var data = new MemoryStream(text, writable: false);
        var signature = await PgpSignature.SignDetachedAsync(data, new SignOptions { Signers = [key], Now = TimeProvider.System.GetUtcNow() }, ct);
        Say(await PostAsync(client, $"{RouteOf(parsed)}/{certificate}/proof", new ByteArrayContent(signature.Octets.ToArray()), ct));
        return 0;
    }

    /// <summary>The text to be signed: opened with the key, where the gateway has sealed it to that.</summary>
    private static async Task<byte[]> ChallengeAsync(ParseResult parsed, GatewayClient client, SecretKey key, CancellationToken ct)
    {
        var challenge = await client.GetBytesAsync($"{RouteOf(parsed)}/{key.Certificate.Fingerprint}/challenge", ct);
        if (!PgpMessage.LooksLikePgp(challenge)) return challenge;
        var gateway = await GatewayCertificate.GetAsync(client, parsed.GetValue(Gateway), ct);
        using var input = new MemoryStream(challenge, writable: false);
        using var output = new MemoryStream();
        await OpenedFile.CopyAsync(input, output, key, gateway, ct);
        return output.ToArray();
    }

    private static async Task<int> ListAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var page = await client.GetJsonAsync(RouteOf(parsed), ct);
        foreach (var certificate in page.GetProperty("certificates").EnumerateArray())
            Terminal.Print($"{certificate.GetProperty("fingerprint").GetString()}  {Describe(certificate)}");
        return 0;
    }

    private static async Task<int> UpdateAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        var certificate = Certificate.Read(await System.IO.File.ReadAllBytesAsync(parsed.GetRequiredValue(File), ct));
        Say(await PostAsync(client, $"{RouteOf(parsed)}/{certificate.Fingerprint}/update", new ByteArrayContent(certificate.ToBytes()), ct));
        return 0;
    }

    private static async Task<int> RevokeAsync(ParseResult parsed, GatewayClient client, CancellationToken ct)
    {
        if (parsed.GetValue(SecretKeyFile.Key) is not { } path) return await StepAsync(parsed, client, "revoke", ct);
        var certificate = FingerprintOf(parsed.GetRequiredValue(Id));
        using var key = SecretKeyFile.Read(path, parsed.GetValue(SecretKeyFile.Passphrase));
        if (key.Certificate.Fingerprint != certificate)
            throw new CliException(Terminal.Usage, $"--secret-key: this is the key of {key.Certificate.Fingerprint}, not of {certificate}");
        var revoked = key.Certificate.With(key.MakeRevocation(TimeProvider.System.GetUtcNow()));
        Terminal.Print(revoked.ToArmor()); // For whoever else has the certificate.
        Say(await PostAsync(client, $"{RouteOf(parsed)}/{certificate}/update", new ByteArrayContent(revoked.ToBytes()), ct));
        return 0;
    }

    private static async Task<int> StepAsync(ParseResult parsed, GatewayClient client, string step, CancellationToken ct)
    {
        Say(await PostAsync(client, $"{RouteOf(parsed)}/{FingerprintOf(parsed.GetRequiredValue(Id))}/{step}", content: null, ct));
        return 0;
    }

    private static async Task<JsonElement> PostAsync(GatewayClient client, string route, HttpContent? content, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content };
        using var response = await client.SendAsync(request, ct);
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync(ct));
    }

    private static void Say(JsonElement certificate) => Terminal.Say($"{Describe(certificate)}, event {certificate.GetProperty("event").GetString()}");

    private static string Describe(JsonElement certificate)
    {
        string? Text(string name) => certificate.GetProperty(name).GetString();
        var of = Text("approver") is { } approver ? $"{Text("party")}, approver {approver}" : Text("party");
        var sealedTo = certificate.GetProperty("sealedTo").GetBoolean() ? ", sealed to" : "";
        var pinned = certificate.GetProperty("pinned").GetBoolean() ? ", in the agreement" : "";
        var soon = certificate.GetProperty("endsWithinDays") is { ValueKind: JsonValueKind.Number } days ? $", WITHIN {days} DAYS" : "";
        return $"{Text("state")}: of {of}{pinned}{sealedTo}, {(Text("expires") is { } end ? $"ends {end}" : "without end")}{soon}";
    }
}
